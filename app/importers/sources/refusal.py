"""How a file is refused: a sentence in both languages that says where, what is wrong, and what to do."""

from app.errors import BadFile


def unreadable(name: str, zh: str, en: str, *, sheet: str = "", row: int | None = None, column: str = "") -> BadFile:
    """A refusal of the file, with the place where it stumbled.

    >>> unreadable("a.csv", "引号没有闭合", "a quotation mark is never closed", row=7).zh
    'a.csv，第 7 行：引号没有闭合'
    """
    places = (
        (sheet != "", f", sheet {sheet}", f"，工作表“{sheet}”"),
        (row is not None, f", row {row}", f"，第 {row} 行"),
        (column != "", f", column {column}", f"，{column} 列"),
    )
    where = [en_place for known, en_place, _ in places if known]
    there = [zh_place for known, _, zh_place in places if known]
    return BadFile(f"{name}{''.join(where)}: {en}", f"{name}{''.join(there)}：{zh}")


def damaged(name: str) -> BadFile:
    """The refusal of a file that ends too soon or contradicts itself."""
    return unreadable(
        name, "文件已损坏或不完整；请重新保存或导出后再上传", "is damaged or cut off: save or export it again"
    )


def locked(name: str) -> BadFile:
    """The refusal of a file with a password."""
    return unreadable(name, "设有密码；请取消密码后另存", "is locked with a password: save it without one")
