"""Whatever is typed or asked for, a page answers."""

from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from hypothesis import example, given
from hypothesis import strategies as st

from .browsing import PORTAL, get

pytestmark = pytest.mark.django_db
pieces = st.sampled_from(
    ["olena", "firma.com.ua", "@", ".", "..", "\0", "\ud800", "<", ">", "mailto:", "'", '"', "ё", "ї", "Ⅷ", "xn--",
     "xn--a", "‮", "\u200b", "%00", "%", "/", "\\", "a" * 70, "́", "👍", "ß", "ſ", "。", " ", "\n", "{{", "{%"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=80), st.lists(pieces, max_size=8).map("".join))


def send(client, path="/uk/", **fields):
    """A form as bytes that need be no text at all."""
    body = urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in fields.items()})
    return client.post(path, body, "application/x-www-form-urlencoded", secure=True, HTTP_HOST=PORTAL)


@given(text=texts)
@example(text="\0")
@example(text="olena@\0firma.com.ua")
@example(text="\ud800@firma.com.ua")
@example(text="x" * 100_000)
@example(text="олenа@фіrmа.com.ua")
@example(text="olena@" + "a." * 600 + "ua")
def test_any_text_in_the_field_is_answered(client, text):
    response = send(client, address=text, domain="", then="iphone")

    assert response.status_code in (303, 422)
    if response.status_code == 303:
        assert get(client, response["Location"]).status_code in (200, 302, 404)


@given(text=texts)
def test_any_text_as_the_domain_of_the_field_is_answered(client, text):
    assert send(client, address="", domain=text).status_code in (303, 422)
    assert send(client, address="olena", domain=text).status_code in (303, 422)


@given(text=texts.filter(lambda text: "/" not in text), rest=st.sampled_from(["", "iphone/", "nothing/"]))
@example(text="\0", rest="")
@example(text="\ud800.ua", rest="")
@example(text="x" * 1200, rest="iphone/")
def test_any_text_as_a_domain_in_a_path_is_answered(client, text, rest):
    quoted = quote(text.encode("utf-8", "surrogatepass"))
    response = get(client, f"/uk/d/{quoted}/{rest}")

    assert response.status_code in (200, 301, 302, 404)


@given(text=texts)
def test_any_text_as_a_query_is_answered(client, text):
    quoted = quote(text.encode("utf-8", "surrogatepass"))

    for path in (
        "/uk/help/?domain=",
        "/uk/help/timeout/?domain=",
        "/uk/guides/iphone/?protocol=",
        "/uk/guides/iphone/?entry=",
        "/uk/guides/iphone/?answered=",
    ):
        assert get(client, f"{path}{quoted}").status_code == 200
    assert get(client, f"/language/uk/?next={quoted}").status_code == 302


@given(answer=st.sampled_from(["yes", "no", "different"]) | texts, step=texts, domain=texts, entry=texts)
@example(answer="no", step="\0", domain="\ud800.ua", entry="\ud800")
@example(answer="no", step="x" * 100_000, domain="firma.com.ua/../../..", entry="\r\nSet-Cookie: a=b")
def test_any_text_as_an_answer_about_a_guide_is_answered(client, answer, step, domain, entry):
    cache.clear()
    response = send(
        client, "/uk/guides/iphone/answer/", answer=answer, step=step, domain=domain, entry=entry, protocol=entry
    )

    assert response.status_code in (303, 400)
    if response.status_code == 303:
        assert response["Location"].startswith(("/uk/guides/iphone/?", "/uk/d/"))
        assert get(client, response["Location"]).status_code in (200, 302, 404)


@given(text=st.text(max_size=80))
def test_any_text_as_the_cookie_is_answered(client, text):
    client.cookies["address"] = quote(text)
    client.cookies["language"] = quote(text)

    assert get(client, "/uk/help/").status_code == 200
    assert get(client, "/").status_code == 302
