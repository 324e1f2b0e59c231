"""Unknown names are answered with the nearest known ones."""

from engine.names import model_name, nearest, unknown


def test_nearest_ignores_case_and_finds_typing_mistakes():
    assert nearest("Watercolor", ["watercolour", "oil", "ink"])[0] == "watercolour"
    assert nearest("zzzz", ["watercolour", "oil"]) == ()


def test_the_refusal_names_the_nearest_or_what_is_known():
    assert "watercolour" in unknown("style", "watercolor", ["oil", "watercolour"]).message
    message = unknown("style", "qqqqqq", ["oil", "ink"]).message
    assert "ink" in message and "oil" in message


def test_a_long_name_is_shown_shortened():
    assert len(unknown("style", "x" * 10_000, ["oil"]).message) < 200


def test_a_folder_goes_by_its_own_name_and_a_hub_id_whole():
    assert model_name("mini") == "mini"
    assert model_name("owner/model") == "owner/model"
    assert model_name("/home/somebody/models/my-sdxl/") == "my-sdxl"
    assert model_name("~/my-sdxl") == "my-sdxl"
