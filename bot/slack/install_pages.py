"""The addresses of an installation, and the page at its end: one sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from html import escape

import structlog
from fastapi import APIRouter
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.accept_language import accepted_language
from bot.slack.install_flow import InstallFlow, NotOneWorkspaceError
from bot.slack.link_access import INSTALL_PATH, RETURN_PATH
from kpi.languages import Language
from kpi.phrases import phrase
from kpi.wording.wording import Wording

INSTALLED = phrase("Vigia is installed in the Slack workspace %(workspace)s.")
NEXT = phrase(
    'Next: type `/invite @Vigia` in each channel. Vigia’s admin binds it with `workspace = "%(id)s"` in the engagement '
    "file; until then Vigia is silent there."
)
AGAIN = phrase("Nothing was installed. Open the install link again to try once more.")
SORRY: dict[str, str] = {
    "access_denied": phrase("You did not allow Vigia in your Slack workspace."),
    "invalid_browser": phrase("This installation was begun in another browser, or cookies are blocked."),
    "invalid_state": phrase("This installation took longer than ten minutes, or was ended already."),
}
"""Reasons Bolt and Slack name → what is said of them."""
OTHERWISE = phrase("Slack did not confirm the installation.")
ORGANISATION = phrase("Vigia is installed in single workspaces, not in a whole organisation. Choose a workspace.")

FAILED = phrase("The installation failed on our side.")
ACCEPTED = 200
_HTML = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" '
    'content="width=device-width, initial-scale=1"><title>{title}</title></head><body>{lines}</body></html>'
)
_HEADERS: dict[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # The address holds the code of the installation.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LOG = structlog.get_logger(__name__)


def create_pages() -> AsyncCallbackOptions:
    """Return what is shown at the end of an installation, in the language of the browser."""

    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        team = args.installation.team_id or ""
        said = {INSTALLED: {"workspace": args.installation.team_name or team}, NEXT: {"id": team}}
        return _page(args.request, said, 200, args.settings)

    async def failure(args: AsyncFailureArgs) -> BoltResponse:
        is_organisation = isinstance(args.error, NotOneWorkspaceError)
        sentence = ORGANISATION if is_organisation else SORRY.get(args.reason, OTHERWISE)
        status = ACCEPTED if is_organisation else args.suggested_status_code
        return _page(args.request, {sentence: {}, AGAIN: {}}, status, args.settings)

    return AsyncCallbackOptions(success, failure)


def create_install_router(flow: InstallFlow) -> APIRouter:
    """Return the two addresses of an installation."""
    router = APIRouter()

    async def begin(request: Request) -> Response:
        return await _shown(flow.handle_installation, to_async_bolt_request(request, b""), flow.settings)

    async def end(request: Request) -> Response:
        return await _shown(flow.handle_callback, to_async_bolt_request(request, b""), flow.settings)

    router.add_route(INSTALL_PATH, begin, methods=["GET"], include_in_schema=False)
    router.add_route(RETURN_PATH, end, methods=["GET"], include_in_schema=False)
    return router


async def _shown(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], asked: AsyncBoltRequest, settings: AsyncOAuthSettings
) -> Response:
    try:
        return to_starlette_response(await handle(asked))
    except Exception:  # noqa: BLE001 - the edge: whoever waits at a browser is told what to do
        _LOG.exception("slack_installation_failed")
        return to_starlette_response(_page(asked, {FAILED: {}, AGAIN: {}}, 500, settings))


def _page(
    request: AsyncBoltRequest, said: Mapping[str, Mapping[str, str]], status: int, settings: AsyncOAuthSettings
) -> BoltResponse:
    asked = ",".join(request.headers.get("accept-language", ()))
    language = accepted_language(asked, Language.EN)
    wording = Wording(language)
    lines = [escape(wording.say(sentence, **params)) for sentence, params in said.items()]
    body = _HTML.format(
        language=language.value.replace("_", "-"), title=lines[0], lines="".join(f"<p>{line}</p>" for line in lines)
    )
    cookie = settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=body, headers={**_HEADERS, "Set-Cookie": [cookie]})
