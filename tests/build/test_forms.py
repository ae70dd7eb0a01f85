"""Names of the forms of pictures, and what the store knows of them."""

import re

from site_gen.build.forms import find_pictures, form_url, name_form, name_picture
from site_gen.build.store_folder import open_in_memory
from site_gen.renditions import Form

FORM = Form("avif", 640, 480, "ab" * 32, 1000)


def test_a_form_lies_beside_the_page_by_width_and_digest() -> None:
    url = form_url("a photo.jpg", "/articles/crop/a photo.jpg", FORM)
    assert re.fullmatch(r"/articles/crop/a photo\.640\.[0-9a-f]{10}\.avif", url)


def test_no_other_form_has_its_name() -> None:
    urls = {
        form_url(name, f"/{name}", form)
        for name in ("a.jpg", "a.jpeg", "a.png", "b.jpg")
        for form in (
            FORM,
            Form("webp", 640, 480, "ab" * 32, 1),
            Form("avif", 640, 480, "cd" * 32, 1),
        )
    }
    assert len(urls) == 12


def test_a_name_stays_one_that_every_disk_can_hold() -> None:
    for stem in ("a" * 240, "ü" * 120, "日" * 80):
        one, other = (form_url(f"{stem}{end}", f"/{stem}{end}", FORM) for end in ("1.jpg", "2.jpg"))
        assert one != other
        assert len(one.encode()) < 140


def test_what_is_not_in_the_store_is_not_known() -> None:
    assert find_pictures(open_in_memory(), ["ab" * 32]) == {}
    assert name_picture("ab" * 32) != name_form(FORM)
