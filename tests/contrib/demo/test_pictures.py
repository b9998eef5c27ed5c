"""The pictures of the demo shop are drawn, the same every time, for every kind that the catalogue names."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image, ImageStat

from nexus_commerce.contrib.demo.drawing.colors import contrast, parse
from nexus_commerce.contrib.demo.drawing.scenes import SCENES
from nexus_commerce.contrib.demo.pictures import (
    ENOUGH_CONTRAST,
    backdrop,
    draw_banner,
    draw_picture,
    draw_with_sizes,
)
from nexus_commerce.contrib.demo.reading import read_catalogue

CATALOGUE = read_catalogue()
PICTURES = {picture.name: picture for product in CATALOGUE.products for picture in product.pictures}
ONE_OF_A_KIND = {picture.kind: picture for picture in reversed(PICTURES.values())}
SAMPLE = ("tidewater-mug-fog", "moor-yarn-madder", "breakwater-print-oak-frame", "menders-set")

DIGESTS = """
import sys
from hashlib import sha256
from nexus_commerce.contrib.demo.pictures import draw_picture
from nexus_commerce.contrib.demo.reading import read_catalogue
for product in read_catalogue().products:
    for picture in product.pictures:
        if picture.name in sys.argv[1:]:
            print(picture.name, sha256(draw_picture(picture)).hexdigest())
"""


def test_every_product_has_a_picture_of_a_known_kind() -> None:
    assert all(product.pictures for product in CATALOGUE.products)
    assert {picture.kind for picture in PICTURES.values()} <= SCENES.keys()


def test_color_variants_have_pictures_of_their_own() -> None:
    mug = next(product for product in CATALOGUE.products if product.handle == "tidewater-mug")
    drawn = {sha256(draw_picture(picture)).hexdigest() for picture in mug.pictures}
    assert len(drawn) == len(mug.pictures) == 4


def test_another_process_draws_the_same_bytes() -> None:
    done = subprocess.run([sys.executable, "-c", DIGESTS, *SAMPLE], capture_output=True, text=True, check=True)
    there = dict(line.split() for line in done.stdout.splitlines())
    assert there == {name: sha256(draw_picture(PICTURES[name])).hexdigest() for name in SAMPLE}


@pytest.mark.parametrize("kind", ONE_OF_A_KIND)
def test_picture_shows_something_of_the_right_size(kind: str) -> None:
    image = Image.open(BytesIO(draw_picture(ONE_OF_A_KIND[kind])))
    assert (image.format, image.size) == ("JPEG", (1200, 1200))
    middle = image.convert("L").crop((300, 300, 1000, 1000))
    assert ImageStat.Stat(middle).stddev[0] > 8, "nothing but backdrop in the middle"


def test_banners_are_wide() -> None:
    banners = [category for _, category in CATALOGUE.walk_categories() if category.banner]
    assert len(banners) == len(CATALOGUE.categories)
    assert Image.open(BytesIO(draw_banner(banners[0]))).size == (1600, 600)


@pytest.mark.parametrize("form", ["WEBP", "JPEG", "PNG"])
def test_sizes_are_made_and_never_enlarged(form: str) -> None:
    drawn = draw_with_sizes(PICTURES[SAMPLE[0]], {"small": 100, "large": 4000}, form, 80)
    assert [(size.name, size.width, size.height) for size in drawn.sizes] == [
        ("small", 100, 100),
        ("large", 1200, 1200),
    ]
    assert Image.open(BytesIO(drawn.sizes[0].content)).format == form


@pytest.mark.parametrize("name", PICTURES)
def test_object_does_not_drown_in_its_backdrop(name: str) -> None:
    spec = PICTURES[name]
    assert contrast(backdrop(spec), parse(spec.color)) > ENOUGH_CONTRAST
