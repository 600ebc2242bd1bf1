"""Put the book into the branch gh-pages of a git repository: python tools/publish.py REF REPOSITORY.

REF says which version it is: refs/tags/v1.2.3 becomes the folder 1.2, and refs/heads/main the folder dev. The
newest release is latest/ as well, where the root of the site leads. What was published before stays byte for
byte as it is, except that 1.2.4 takes the place of 1.2.3; then no address of an equation may be lost.

SITE_URL is the address of the root. The repository is made if it is not there, and nothing is pushed.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

BRANCH = "gh-pages"
CONFIG = "mkdocs.published.yml"
DEV = "dev"
LATEST = "latest"
AT_THE_ROOT = ("404.html", "robots.txt")  # hosts look for them there only
RELEASE = re.compile(r"refs/tags/v((\d+)\.(\d+)\.\d+)")
MIKE = "import sys; from mike.driver import main; sys.exit(main())"


class PublishError(Exception):
    """Something for which the book is not published."""


def publish(ref: str, repository: Path) -> str:
    """Publish what lies in the current folder; return the folder that it went to."""
    if not os.environ.get("SITE_URL"):
        raise PublishError("SITE_URL must say where the book will be, for a citation needs an address")
    version = folder_of(ref, tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    git = Git(repository)
    before = git.published()
    old = git.folders(before)
    aliases = [LATEST] if is_latest(version, git.versions(before)) else []
    try:
        git.mike("deploy", "--update-aliases", "--message", f"Publish {ref} as {version}", version, *aliases)
        if aliases:
            git.mike("set-default", "--message", f"Lead to {version}", LATEST)
            git.copy_to_the_root(LATEST, AT_THE_ROOT)
        guard(git, old, before, version, aliases)
    except (PublishError, subprocess.CalledProcessError):
        git.restore(before)
        raise
    return version


def folder_of(ref: str, version: str) -> str:
    """Name the folder that a ref is published in; a release must be the version that the book says it is."""
    if ref == "refs/heads/main":
        return DEV
    release = RELEASE.fullmatch(ref)
    if not release:
        raise PublishError(f"{ref} is neither refs/heads/main nor a release such as refs/tags/v1.2.3")
    if release[1] != version:
        raise PublishError(f"{ref} would publish a book that says it is version {version}")
    return f"{release[2]}.{release[3]}"


def is_latest(version: str, versions: Iterable[str]) -> bool:
    """Whether latest/ is to become this version: the newest release, or dev as long as there is no release."""
    releases = [_numbers(other) for other in versions if other != DEV]
    if version == DEV:
        return not releases
    return all(_numbers(version) >= other for other in releases)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def guard(git: "Git", old: dict[str, str], before: str, version: str, aliases: list[str]) -> None:
    """Make sure that nothing that can be cited has gone."""
    after = git.published()
    new = git.folders(after)
    changed = {name for name, tree in old.items() if new.get(name) != tree}
    if foreign := sorted(changed - {version, *aliases}):
        raise PublishError(f"the published folder {', '.join(foreign)} would change")
    if version in old and version != DEV:
        lost = git.anchors(before, version) - git.anchors(after, version)
        if lost:
            raise PublishError(f"{version} would lose what can be cited: {', '.join(sorted(lost))}")


class Git:
    """The repository that the book is published in. No configuration of it is read for a name, nor changed."""

    def __init__(self, repository: Path) -> None:
        scripts = str(Path(sys.executable).parent)
        who = {"NAME": "Backprop by Hand", "EMAIL": "none@example.org"}
        self.environment = {
            f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()
        }
        if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
            self.environment |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{epoch} +0000")
        self.environment |= os.environ
        self.environment |= {"GIT_DIR": str(repository.resolve()), "PATH": scripts + os.pathsep + os.environ["PATH"]}
        if not repository.exists():
            self.run("init", "--quiet", "--bare", f"--initial-branch={BRANCH}")

    def run(self, *command: str, **environment: str) -> str:
        """Run git; return what it prints."""
        done = subprocess.run(
            ["git", *command], env=self.environment | environment, stdout=subprocess.PIPE, check=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def mike(self, command: str, *arguments: str) -> None:
        """Run mike on the branch."""
        call = [sys.executable, "-c", MIKE, command, "--config-file", CONFIG, "--branch", BRANCH, "--allow-empty"]
        subprocess.run([*call, "--ignore-remote-status", *arguments], env=self.environment, check=True)

    def published(self) -> str:
        """Name the last commit of the branch; nothing if there is none."""
        return self.run("for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}")

    def restore(self, commit: str) -> None:
        """Take back what was published after a commit."""
        ref = f"refs/heads/{BRANCH}"
        if commit or self.published():
            self.run(*(("update-ref", ref, commit) if commit else ("update-ref", "-d", ref)))

    def folders(self, commit: str) -> dict[str, str]:
        """Give each folder of a commit with what names its content."""
        lines = self.run("ls-tree", "-d", commit).splitlines() if commit else []
        return {name: about.split()[2] for about, name in (line.split("\t") for line in lines)}

    def versions(self, commit: str) -> list[str]:
        """List the versions that a commit has."""
        return [entry["version"] for entry in json.loads(self.run("show", f"{commit}:versions.json"))] if commit else []

    def anchors(self, commit: str, folder: str) -> set[str]:
        """Find the addresses of equations in a published folder, by page."""
        archive = subprocess.run(
            ["git", "grep", "-aoE", r'\bid="eq-[a-z0-9-]+"', commit, "--", f"{folder}/*.html"],
            env=self.environment,
            stdout=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )
        return {line.partition(":")[2].removesuffix('"').replace(':id="', "#") for line in archive.stdout.splitlines()}

    def copy_to_the_root(self, folder: str, names: Iterable[str]) -> None:
        """Show files of a folder at the root too."""
        with tempfile.TemporaryDirectory() as temporary:
            index = {"GIT_INDEX_FILE": str(Path(temporary, "index"))}
            self.run("read-tree", BRANCH, **index)
            for line in self.run("ls-tree", BRANCH, *(f"{folder}/{name}" for name in names)).splitlines():
                about, path = line.split("\t")
                mode, _, blob = about.split()
                self.run("update-index", "--add", "--cacheinfo", f"{mode},{blob},{Path(path).name}", **index)
            tree = self.run("write-tree", **index)
        message = f"Show the pages of {folder} for what is not there"
        commit = self.run("commit-tree", tree, "-p", self.published(), "-m", message)
        self.run("update-ref", f"refs/heads/{BRANCH}", commit)


if __name__ == "__main__":
    try:
        print(f"publish: the book is in {publish(sys.argv[1], Path(sys.argv[2]))}/ of the branch {BRANCH}")
    except PublishError as error:
        sys.exit(f"publish: {error}")
