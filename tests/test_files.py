"""The one door to files of a folder that may come from a stranger: regular files, read to a bound, never a wait."""

import os
import socket

import pytest

from chronology.errors import Damaged, Refused
from chronology.files import check_regular, link_on_the_way, made_whole, parts_left, read_regular, replaced


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))  # a path of a socket is short


ODD = {
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a socket": a_socket,
}


@pytest.mark.parametrize("sort", ODD)
@pytest.mark.parametrize("links", [False, True])
def test_what_is_no_file_is_named_as_what_it_is_at_once(tmp_path, sort, links, monkeypatch):
    monkeypatch.chdir(tmp_path)
    odd = tmp_path / "odd"
    ODD[sort](odd)
    for look in (lambda: check_regular(odd, links=links), lambda: read_regular(odd, 10, links=links)):
        with pytest.raises(Damaged, match=f"odd is {sort}; expected a file"):
            look()


def test_a_device_behind_a_link_is_named_where_links_are_followed_and_the_link_where_not(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/dev/zero")
    with pytest.raises(Damaged, match="link is a device; expected a file"):
        read_regular(link, 10, links=True)
    with pytest.raises(Refused, match=r"link is a link to '/dev/zero', and this chronology was not made by you"):
        read_regular(link, 10)


def test_a_file_is_read_to_its_bound_and_through_a_link_only_where_that_is_said(tmp_path):
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"0123456789")
    link.symlink_to(file)
    assert read_regular(file, 10) == read_regular(link, 10, links=True) == b"0123456789"
    with pytest.raises(Refused, match="file has more than 9 bytes"):
        read_regular(file, 9)
    with pytest.raises(Refused, match="is a link to"):
        read_regular(link, 10)


def test_nothing_there_is_nothing_and_a_link_to_nothing_is_a_link(tmp_path):
    assert check_regular(tmp_path / "none") is None
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    with pytest.raises(Refused, match="is a link to"):
        check_regular(tmp_path / "dangling")
    assert check_regular(tmp_path / "dangling", links=True) is None


def test_the_first_link_on_the_way_is_found_below_the_folder_only(tmp_path):
    (tmp_path / "far" / "logs").mkdir(parents=True)
    (tmp_path / "here").symlink_to(tmp_path / "far")
    assert link_on_the_way(tmp_path / "here", tmp_path / "here" / "logs" / "log.db") is None
    assert link_on_the_way(tmp_path, tmp_path / "here" / "logs" / "log.db") == tmp_path / "here"


def test_a_file_is_replaced_when_it_is_whole_and_by_nothing_that_fails(tmp_path):
    file = tmp_path / "out[1].csv"
    file.write_text("before")

    def write(text):
        with made_whole(file) as part:
            part.write_text(text)
            assert (parts_left(file), file.read_text()) == ([part], "before")
            if text == "half":
                raise EOFError

    with pytest.raises(EOFError):
        write("half")
    assert (list(tmp_path.iterdir()), file.read_text()) == ([file], "before")
    write("after")
    assert (list(tmp_path.iterdir()), file.read_text()) == ([file], "after")


def test_of_a_link_the_file_it_leads_to_is_replaced_and_a_pipe_is_not(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    assert replaced(tmp_path / "link") == tmp_path / "file"
    assert replaced(tmp_path / "new") == tmp_path / "new"
    assert replaced(tmp_path / "pipe") is None
