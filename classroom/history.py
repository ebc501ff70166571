"""An update where the course was cloned with git: the release is fetched, and joins the history.

The commit that is made has the learner's last commit and the release as its parents, and holds
what was committed, merged with the release. What was not committed is merged as well, and stays
uncommitted. No command of git that could stop in a conflict is run.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from classroom.notebooks import CourseError
from classroom.releases import Release, in_tar

OURS = (
    "refs/course"  # what is fetched is kept there, apart from the learner's own branches and tags
)
IN_PROGRESS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")
NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "update of the course"), ("EMAIL", "update@localhost"))
}


class Git:
    """The repository of a course."""

    def __init__(self, course: Path) -> None:
        """Nothing is run yet."""
        self.course = course

    def run(
        self, *words: str, given: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> bytes:
        """What a command of git gives; a sentence where it fails."""
        done = self.attempt(*words, given=given, variables=variables)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            told = [line for line in said if line.startswith(("fatal: ", "error: "))] or said
            reason = told[0].rstrip(".") if told else f"it ended with {done.returncode}"
            name = next(word for word in words if word[0] != "-" and "=" not in word)
            again = "No work is lost: mend that, then run the same command again."
            raise CourseError(f"`git {name}` failed: {reason}. {again}")
        return done.stdout

    def attempt(
        self, *words: str, given: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """What a command of git gives, whatever that is."""
        return subprocess.run(
            ["git", *words],
            cwd=self.course,
            input=given,
            env={**os.environ, "LC_ALL": "C", **(variables or {})},
            capture_output=True,
        )

    def word(self, *words: str, variables: Mapping[str, str] | None = None) -> str:
        """The one line that a command of git gives."""
        return self.run(*words, variables=variables).decode("utf-8", "surrogateescape").strip()

    def is_here(self) -> bool:
        """Whether the course's folder is a clone, and not a folder within one."""
        try:
            top = self.attempt("rev-parse", "--show-toplevel")
            found, said = (os.fsdecode(each).strip() for each in (top.stdout, top.stderr))
        except OSError:
            found, said = "", "there is no program git"
        if not found and (self.course / ".git").exists():
            raise CourseError(
                f"This is a clone, but git cannot read it ({said.splitlines()[0]}). Mend that, or "
                "name the folder or zip of a release that you have downloaded."
            )
        if not found or not Path(found).samefile(self.course):
            return False
        return self.attempt("rev-parse", "--verify", "--quiet", "HEAD").returncode == 0

    def refuse_what_is_unfinished(self) -> None:
        """Refuse a merge that is under way, and a state without a branch."""
        if any(
            (self.course / self.word("rev-parse", "--git-path", name)).exists()
            for name in IN_PROGRESS
        ) or self.run("ls-files", "--unmerged"):
            raise CourseError(
                "A merge or rebase of git is under way here. End it first: `git status` says how "
                "to go on, and `git merge --abort` or `git rebase --abort` goes back. Then update."
            )
        if self.attempt("symbolic-ref", "--quiet", "HEAD").returncode:
            raise CourseError(
                "This clone is on no branch, where commits are easily lost. Give it one, with "
                "`git switch -c my-work`, then update."
            )

    # --- what there is --------------------------------------------------------------------------

    def release(self, source: str, wanted: str) -> Release:
        """What is asked for at a remote, or its highest version, or all it has without one."""
        fetched = ["--quiet", "--no-tags", "--prune", "--", source, *self.refs(wanted)]
        self.run("fetch", *fetched)
        if wanted:
            commit = self.word("rev-parse", f"{OURS}/asked^{{commit}}")
        else:
            listed = self.word("for-each-ref", "--format=%(refname)", f"{OURS}/tags").split()
            versions = {version_in(name): name for name in listed if version_in(name)}
            name = versions[max(versions)] if versions else f"{OURS}/HEAD"
            commit = self.word("rev-parse", f"{name}^{{commit}}")
        return self.content_of(commit)._replace(commit=commit)

    def refs(self, wanted: str) -> list[str]:
        """What is fetched, and where to."""
        if wanted:
            return [f"+{wanted}:{OURS}/asked"]
        return [f"+refs/tags/v*:{OURS}/tags/v*", f"+HEAD:{OURS}/HEAD"]

    def source(self) -> str:
        """The remote that the course comes from: `upstream` in a fork, else `origin`."""
        remotes = self.word("remote").split()
        for name in ("upstream", "origin", *remotes):
            if name in remotes:
                return name
        raise CourseError(
            "This clone knows no remote. Name the course: `start.py update ADDRESS`, or the path "
            "of a folder or a zip with the new release."
        )

    def holds(self, commit: str, inside: str = "HEAD") -> bool:
        """Whether a commit is in the history of another."""
        return self.attempt("merge-base", "--is-ancestor", commit, inside).returncode == 0

    def content_of(self, commit: str) -> Release:
        """The files of a commit as they are stored, whatever ends a line on this system."""
        return in_tar(self.run("-c", "core.autocrlf=false", "archive", "--format=tar", commit))

    def files_of(self, commit: str) -> dict[str, bytes]:
        """The files of a commit."""
        return dict(self.content_of(commit).files)

    def common(self, commit: str) -> str:
        """The last commit that the learner and the release have in common; empty if none."""
        found = self.attempt("merge-base", "HEAD", commit).stdout.decode().split()
        return found[0] if found else ""

    def files_here(self, head: dict[str, bytes], more: Sequence[str]) -> dict[str, bytes]:
        """The files as they lie in the folder, whether they are committed or not.

        Where git was told not to look, and of a notebook without the outputs that a filter takes
        away, it does not know what there is.
        """
        listed = self.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no")
        changed = {each[3:] for each in listed.decode("utf-8", "surrogateescape").split("\0")}
        notebooks = {path for path in head if path.endswith(".ipynb")}
        here = dict(head)
        for path in changed - {""} | self.not_looked_at() | notebooks | (set(more) - set(head)):
            try:
                content = (self.course / path).read_bytes()
                if b"\r" not in head.get(path, b"\r"):  # git writes other line ends on Windows
                    content = content.replace(b"\r\n", b"\n")
                here[path] = content
            except (FileNotFoundError, NotADirectoryError):
                here.pop(path, None)
            except OSError as error:
                raise CourseError(
                    f"{path} cannot be read ({error.strerror}), and the course has a file of that "
                    "name. Mend that or move it away, then update."
                ) from None
        return here

    def not_looked_at(self) -> set[str]:
        """The files whose changes git was told not to see: marked `skip-worktree` and the like."""
        listed = self.run("ls-files", "-v", "-z").decode("utf-8", "surrogateescape").split("\0")
        return {each[2:] for each in listed if each[:1] == "S" or each[:1].islower()}

    def blended(self, old: bytes, new: bytes, mine: bytes) -> bytes | None:
        """Both changes of a text in one, where they touch different lines."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("mine", "old", "new")]
            for path, content in zip(paths, (mine, old, new), strict=True):
                path.write_bytes(content)
            done = self.attempt("merge-file", "-p", "--quiet", *map(str, paths))
        return done.stdout if done.returncode == 0 else None

    # --- the commit -----------------------------------------------------------------------------

    def tree(self, changes: dict[str, bytes | None], release: Release) -> str:
        """The tree of the learner's last commit with these changes."""
        listed = self.run("ls-tree", "-r", "-z", release.commit).decode("utf-8", "surrogateescape")
        known = {line.partition("\t")[2]: line.split()[2] for line in listed.split("\0") if line}
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.run("read-tree", "HEAD", variables=index)
            lines = []
            for path, content in changes.items():
                mode, name = "0", "0" * 40
                if content is not None:
                    mode = "100755" if path in release.programs else "100644"
                    is_known = content == release.files.get(path)
                    name = known[path] if is_known else self.stored(content)
                lines.append(f"{mode} {name}\t{path}\0".encode("utf-8", "surrogateescape"))
            self.run("update-index", "-z", "--index-info", given=b"".join(lines), variables=index)
            return self.word("write-tree", variables=index)

    def stored(self, content: bytes) -> str:
        """The name under which git keeps this content."""
        return self.run("hash-object", "-w", "--stdin", given=content).decode().strip()

    def refuse_what_only_the_index_holds(self, tree: str) -> None:
        """Refuse where something was staged, and then changed again: only git has it then."""
        listed = self.run("diff", "--cached", "--name-only", "-z", "HEAD")
        for path in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
            staged = self.attempt("rev-parse", "--verify", "--quiet", f":{path}").stdout
            planned = self.attempt("rev-parse", "--verify", "--quiet", f"{tree}:{path}").stdout
            is_file = (self.course / path).is_file()
            here = self.run("hash-object", "--", path) if is_file else b""
            if staged and staged not in (planned, here):
                raise CourseError(
                    f"{path} was changed after `git add`, so that only git holds what was added. "
                    "Commit it first: `git commit`. Then update."
                )

    def join(self, tree: str, release: Release, message: str) -> None:
        """Have the branch hold this tree, which follows both the learner's work and the release."""
        head = self.word("rev-parse", "HEAD")
        commit = release.commit
        is_plain = self.holds(head, commit)
        if not (is_plain and self.word("rev-parse", f"{commit}^{{tree}}") == tree):
            nobody = NOBODY if self.attempt("var", "GIT_COMMITTER_IDENT").returncode else {}
            parents = ["-p", head, "-p", release.commit]
            commit = self.word("commit-tree", tree, *parents, "-m", message, variables=nobody)
        self.run("read-tree", tree)
        self.attempt("update-index", "-q", "--refresh")
        self.run("update-ref", "-m", message, "HEAD", commit, head)


def version_in(name: str) -> tuple[int, ...]:
    """The version in the name of a tag, `v1.2.3`; empty where it is another tag."""
    found = re.fullmatch(r".*/v(\d+(?:\.\d+)*)", name)
    return tuple(map(int, found[1].split("."))) if found else ()
