"""By which browser somebody signed in, in the few words that a person knows it by."""

_PROGRAMS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("QQBrowser", "QQ"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Harmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""The first that is named wins: a browser also names those that it wants to be taken for."""


def browser_of(user_agent: str) -> str:
    """The browser and the system.

    >>> browser_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0")
    'Edge, Windows'
    >>> browser_of("curl/8")
    ''
    """
    found = (next((name for sign, name in known if sign in user_agent), "") for known in (_PROGRAMS, _SYSTEMS))
    return ", ".join(filter(None, found))
