"""The refusals that Discord's documentation names ("Opcodes and Status Codes"), with their numbers."""

from typing import Any

Errors = dict[str, Any]


class ApiError(Exception):
    """A request is refused; it becomes the JSON error object of the REST API.

    Attributes:
        status: The HTTP status.
        code: The JSON error code.
        errors: For 50035, which field is wrong and why: keys along the path, `_errors` at its end.
    """

    def __init__(self, status: int, code: int, message: str, errors: Errors | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.errors = status, code, message, errors

    def body(self) -> dict[str, Any]:
        """Return the error object as it is sent."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        return body if self.errors is None else body | {"errors": self.errors}


def invalid_form(path: str, code: str, message: str) -> ApiError:
    """Refuse one field; `path` is dotted, such as `components.0.custom_id`."""
    errors: Errors = {"_errors": [{"code": code, "message": message}]}
    for key in reversed(path.split(".")) if path else ():
        errors = {key: errors}
    return ApiError(400, 50035, "Invalid Form Body", errors)


def unauthorized() -> ApiError:
    """Refuse a missing or revoked token."""
    return ApiError(401, 0, "401: Unauthorized")


def unknown(what: str) -> ApiError:
    """Say that something does not exist, or not for this application."""
    return ApiError(404, _UNKNOWN[what], f"Unknown {what}")


def missing_access() -> ApiError:
    """Refuse what lies in a channel that the application cannot see."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """Refuse for want of a permission in a channel that can be seen."""
    return ApiError(403, 50013, "Missing Permissions")


def not_the_author() -> ApiError:
    """Refuse to edit somebody else's message."""
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def closed_dms() -> ApiError:
    """Refuse a direct message to somebody who takes none."""
    return ApiError(403, 50007, "Cannot send messages to this user")


def empty_message() -> ApiError:
    """Refuse a message with nothing in it."""
    return ApiError(400, 50006, "Cannot send an empty message")


def already_acknowledged() -> ApiError:
    """Refuse the second first answer."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def too_many_followups() -> ApiError:
    """Refuse the sixth follow-up where the application is installed to the user alone."""
    return ApiError(400, 40094, "This interaction has hit the maximum number of follow up messages.")


def token_expired() -> ApiError:
    """Refuse an interaction's token after fifteen minutes."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def too_large() -> ApiError:
    """Refuse an upload beyond its limit."""
    return ApiError(413, 40005, "Request entity too large")


_UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "User": 10013,
    "Webhook": 10015,
    "Interaction": 10062,
    "Application Command": 10063,
}
