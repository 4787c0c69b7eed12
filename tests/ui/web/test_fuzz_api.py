"""Whatever a program sends to the page: an answer or a refusal, never a fault of the server, and nothing of the machine in it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient

from rag import build
from rag.settings import load_settings
from tests.fuzzing import ANY_TEXT, JSON, tried
from tests.store import WordEmbedder
from ui.web.app import application
from ui.web.conversations import Conversations
from ui.web.guard import Door
from ui.web.library import Library
from ui.web.page import Page

pytestmark = pytest.mark.fuzz
NAMES = ("file at cited also n from to words outlet language name form base other title number verdict places remark files"
         " conversation wanted keep question filters dates alone mode since until").split()  # fmt: skip
VALUES = (
    st.sampled_from(["price.txt", "0-10", "10-0", "-1", "9" * 30, "../../etc/passwd", "%00", "local", "json", "good"])
    | ANY_TEXT
)
LEFT_OUT = {
    "/library/folder",
    "/library/refresh",
    "/settings/test",
    "/login",
}  # they index this machine, ask a model, or wait


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    home, articles = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("articles")
    (articles / "price.txt").write_text("The ticket costs 58 euros from January. Nobody likes it.\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "embedder", lambda _: WordEmbedder())
        library = Library(load_settings(home=home))
        library.start(articles)
        while not (library.job and library.job.finished):
            assert not library.fault, library.fault
            time.sleep(0.02)
        yield Page(library=library, conversations=Conversations(home), door=Door(password=""))
        library.close()


@pytest.fixture(scope="module")
def client(page: Page) -> TestClient:
    return TestClient(
        application(page, hosts=frozenset()),
        base_url="http://127.0.0.1",
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def routes(client: TestClient) -> list[tuple[str, str]]:
    """Every method and path that the page has, from the page itself."""
    made = [(m, r.path) for r in client.app.app.routes for m in sorted(getattr(r, "methods", None) or ())]  # type: ignore[attr-defined]
    return [(method, path) for method, path in made if path not in LEFT_OUT and method != "HEAD"]


@tried(60)
@given(st.data())
def test_any_request(client: TestClient, data: st.DataObject) -> None:
    method, path = data.draw(st.sampled_from(routes(client)))
    path = path.replace("{name}", data.draw(st.sampled_from(["local", "%2e%2e", "%ff", "a" * 300])))
    parameters = data.draw(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4))
    content = data.draw(
        st.binary(max_size=60)
        | (JSON | st.dictionaries(st.sampled_from(NAMES), JSON | VALUES, max_size=5)).map(json.dumps)
    )
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in parameters.items()}
    said = client.request(method, path, params=sent, content=content, headers={"content-type": "application/json"})
    assert said.status_code < 500, (method, path, parameters, content, said.text[:300])
    assert "Traceback" not in said.text
    assert "root:" not in said.text


QUESTIONS = (
    st.sampled_from(["What does the ticket cost?", "", " ", "x" * 3000, "\0", "<b>", "Kostet? \ud800"]) | ANY_TEXT
)


async def _all(told: AsyncIterator[dict[str, object]]) -> list[dict[str, object]]:
    return [piece async for piece in told]


@tried(25)
@given(
    st.fixed_dictionaries(
        {}, optional={"question": QUESTIONS, "stop": JSON, "number": JSON, "filters": JSON, "alone": JSON, "mode": JSON}
    )
    | st.dictionaries(ANY_TEXT, JSON, max_size=3)
    | QUESTIONS.map(lambda q: {"question": q})
)
def test_any_question(page: Page, sent: dict[str, object]) -> None:
    told = asyncio.run(_all(page.ask(sent, Request({"type": "http", "headers": []}))))
    assert told
    assert set(told[-1]) & {"turn", "error"}
    json.dumps(told).encode()
