"""How a picture was made, written into its file and read back.

A PNG carries three text chunks, so that Salon, other programs and regulators each find what they look for:

- `salon-recipe`: the `Recipe` as ASCII JSON (everything that paints it again);
- `parameters`: one readable paragraph in the customary form that other picture tools show;
- `XML:com.adobe.xmp`: an XMP packet with IPTC's mark that the picture was made by AI
  (https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia) and the recipe once more.

WebP and JPEG carry the XMP packet alone.
"""

import json
from typing import Any
from xml.sax.saxutils import escape

import pydantic_core
from defusedxml.ElementTree import fromstring
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import TypeAdapter, ValidationError

from engine import __version__
from engine.api.errors import UnreadablePicture
from engine.api.recipe import RECIPE_VERSION, Recipe
from engine.pictures.opening import opened

RECIPE_KEY = "salon-recipe"
PARAMETERS_KEY = "parameters"
XMP_KEY = "XML:com.adobe.xmp"
SOFTWARE = f"Salon {__version__}"
AI_MARK = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
IPTC_NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
SALON_NAMESPACE = "urn:salon:xmp:1.0/"

MAX_TEXT_CHARS = 1024 * 1024
"""Longest embedded text looked at; a recipe is a few kilobytes."""

_NO_RECIPE = (
    "This picture carries no Salon recipe; use the original file as Salon wrote it, "
    "for chats and editors often strip what is embedded."
)
_DAMAGED = "The recipe inside this picture is damaged; use the original file as Salon wrote it."

_RECIPES = TypeAdapter(Recipe)

_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    f' xmlns:Iptc4xmpExt="{IPTC_NAMESPACE}" xmlns:salon="{SALON_NAMESPACE}">'
    f"<xmp:CreatorTool>{SOFTWARE}</xmp:CreatorTool>"
    f"<Iptc4xmpExt:DigitalSourceType>{AI_MARK}</Iptc4xmpExt:DigitalSourceType>"
    "%s"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="w"?>'
)


def recipe_dict(recipe: Recipe) -> dict[str, Any]:
    """Turn a recipe into plain values that JSON can hold."""
    plain: dict[str, Any] = _RECIPES.dump_python(recipe, mode="json")
    return plain


def recipe_json(recipe: Recipe) -> str:
    """Write a recipe as JSON. ASCII only: legal in any text chunk and, once escaped, in XML, whatever the prompt."""
    return json.dumps(recipe_dict(recipe), separators=(",", ":"))


def parameters(recipe: Recipe) -> str:
    """Write a recipe for people, in the customary order: prompt, negative prompt, then the numbers."""
    lines = [_printable(recipe.prompt)]
    if recipe.negative:
        lines.append(f"Negative prompt: {_printable(recipe.negative)}")
    facts = {
        "Steps": recipe.steps,
        "Sampler": recipe.scheduler,
        "CFG scale": recipe.guidance,
        "Seed": recipe.seed + recipe.index,
        "Size": f"{recipe.width}x{recipe.height}",
        "Model": recipe.model,
        "Model hash": recipe.model_hash[:10],
        "Style": recipe.style,
        "Denoising strength": recipe.strength,
        "Version": SOFTWARE,
    }
    lines.append(", ".join(f"{name}: {value}" for name, value in facts.items() if value is not None))
    return "\n".join(lines)


def xmp_packet(recipe: Recipe | None) -> bytes:
    """Build the XMP packet with the AI mark, and with the recipe where there is one."""
    inner = f"<salon:Recipe>{escape(recipe_json(recipe))}</salon:Recipe>" if recipe else ""
    return (_PACKET % inner).encode()


def png_info(recipe: Recipe | None) -> PngInfo:
    """Build the text chunks of a PNG; without a recipe (a contact sheet) the AI mark alone."""
    info = PngInfo()
    info.add_text("Software", SOFTWARE)
    info.add_itxt(XMP_KEY, xmp_packet(recipe).decode())
    if recipe:
        info.add_text(PARAMETERS_KEY, parameters(recipe))
        info.add_text(RECIPE_KEY, recipe_json(recipe))
    return info


def read_recipe(data: bytes) -> Recipe:
    """Read the recipe out of a PNG, WebP or JPEG file; no pixel is decoded.

    Raises:
        UnreadablePicture: not a picture, no recipe in it, a damaged one, or one of a newer Salon.
    """
    with opened(data) as image:
        text = _embedded_text(image)
    if text is None:
        raise UnreadablePicture(_NO_RECIPE)
    return parse_recipe(text)


def parse_recipe(text: str) -> Recipe:
    """Read a recipe from JSON that nobody vouches for.

    Raises:
        UnreadablePicture: as for `read_recipe`.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise UnreadablePicture(_DAMAGED)
    data = text.encode(errors="replace")
    try:
        fields = pydantic_core.from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise UnreadablePicture(_DAMAGED) from error
    version = fields.get("version") if isinstance(fields, dict) else None
    if isinstance(version, int) and version > RECIPE_VERSION:
        raise UnreadablePicture("This picture was painted by a newer Salon; update Salon to read its recipe.")
    try:
        return _RECIPES.validate_json(data)
    except ValidationError as error:
        raise UnreadablePicture(_DAMAGED) from error


def _embedded_text(image: Image.Image) -> str | None:
    """Find the recipe's JSON in an opened file: the PNG chunk first, then XMP."""
    text = image.info.get(RECIPE_KEY)
    if isinstance(text, str):
        return text
    packet = image.info.get("xmp")
    if not isinstance(packet, bytes) or len(packet) > MAX_TEXT_CHARS:
        return None
    # Some writers pad the packet with NUL bytes, which XML forbids.
    element = fromstring(packet.rstrip(b"\0")).find(f".//{{{SALON_NAMESPACE}}}Recipe")
    return None if element is None else element.text


def _printable(text: str) -> str:
    """Drop characters that a text chunk or a terminal must not meet."""
    return "".join(char if char.isprintable() else " " for char in text)
