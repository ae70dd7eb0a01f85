"""A branch as a target: plans from what its commit has, and commits that carry them out.

Each release is a commit whose parent is what was there before, so all history is kept, and going
back is a commit as well. Gone back to twice, a branch is two releases further back.
"""

from __future__ import annotations

from datetime import datetime

from site_gen.deploy.git.commit import Commit, write_message
from site_gen.deploy.git.digests import find_digests
from site_gen.deploy.git.repository import Branch
from site_gen.deploy.git.sources import refuse_sources
from site_gen.deploy.plan import Plan, make_plan
from site_gen.deploy.release import Release, Served, count_bytes, describe, make_release
from site_gen.deploy.site import BuiltSite, Needs, SiteFile
from site_gen.deploy.target import Status, Tell, refuse_moved, refuse_no_release, tell_all
from site_gen.phrases import format_count

_UNKNOWN = Served("", 0, "")
"""What is no file of a site: a link, or another repository."""


class BranchTarget:
    """A branch."""

    def __init__(self, name: str, branch: Branch, needs: Needs, *, decides_caching: bool) -> None:
        self.place, self.needs = branch.place, needs
        self._name, self._branch, self._decides_caching = name, branch, decides_caching

    def look(self) -> Status:
        """What is live."""
        return self._branch.soundly(self._look)

    def plan(self, site: BuiltSite, now: datetime) -> Plan:
        """How it comes from what is live to a site."""
        return self._branch.soundly(lambda: self._plan(site, now))

    def carry_out(self, plan: Plan, site: BuiltSite, tell: Tell) -> None:
        """Push a commit with the site, or nothing where the branch has moved."""
        self._branch.soundly(lambda: self._carry_out(plan, site))
        tell_all(plan.steps, tell)

    def plan_back(self, now: datetime) -> Plan:
        """How to go back to the commit before; SiteError where there is none."""
        return self._branch.soundly(lambda: self._plan_back(now)[0])

    def roll_back(self, plan: Plan, tell: Tell) -> None:
        """Push a commit with the files of the one before."""
        self._branch.soundly(lambda: self._roll_back(plan))
        tell_all(plan.steps, tell)

    def _look(self) -> Status:
        commit = self._branch.look()
        if not commit.id:
            return Status(self.place, "")
        before, files = self._branch.find_before(commit), self._serve(commit)
        return Status(
            place=self.place,
            release=commit.name,
            files=len(files),
            size_bytes=count_bytes(files.values()),
            before=before.name if before else "",
        )

    def _plan(self, site: BuiltSite, now: datetime) -> Plan:
        commit = self._find_base()
        files = self._serve(commit)
        live = Release(1, commit.name, files) if commit.id else None
        release = make_release(site.files, live, now, decides_caching=self._decides_caching)
        return make_plan(self._name, commit.id, files, release, now)

    def _carry_out(self, plan: Plan, site: BuiltSite) -> None:
        base = self._find_base()
        if make_plan(plan.target, base.id, self._serve(base), plan.release, plan.made) != plan:
            raise refuse_moved()
        if plan.is_empty:
            return
        kept = {step.path for step in plan.find("kept")}
        files = (
            (path, base.blobs[path] if path in kept else site.load(path))
            for path in plan.release.files
        )
        ages = {path: file.age for path, file in plan.release.files.items() if file.age}
        message = write_message(_summarize(plan), plan.release.id, ages)
        self._branch.push(base, self._branch.commit_files(base, files, message, plan.made))

    def _plan_back(self, now: datetime) -> tuple[Plan, Commit, Commit]:
        """The plan, what is live, and what is gone back to."""
        commit = self._find_base()
        before = self._branch.find_before(commit) if commit.id else None
        if before is None:
            raise refuse_no_release()
        release = Release(1, before.name, self._serve(before))
        plan = make_plan(self._name, commit.id, self._serve(commit), release, now)
        return plan, commit, before

    def _roll_back(self, plan: Plan) -> None:
        found, base, before = self._plan_back(plan.made)
        if found != plan:
            raise refuse_moved()
        summary, goal = f"Go back to {before.name}", before.back_to or before.id
        message = write_message(summary, before.name, before.ages, goal)
        self._branch.push(base, self._branch.commit_tree(base, before.tree, message, plan.made))

    def _find_base(self) -> Commit:
        """What the branch has, where that can be replaced."""
        commit = self._branch.look()
        refuse_sources(self._branch, commit)
        return commit

    def _serve(self, commit: Commit) -> dict[str, Served]:
        """The files of a commit as a host serves them."""
        digests = find_digests(self._branch.git, filter(None, commit.blobs.values()))
        files = dict.fromkeys(commit.blobs, _UNKNOWN)
        for path, blob in commit.blobs.items():
            if blob:
                file = SiteFile(digests[blob].sha256, digests[blob].size_bytes)
                age = commit.ages.get(path, 0)
                files[path] = describe(path, file, self._decides_caching, age)
        return files


def _summarize(plan: Plan) -> str:
    counts = [(plan.count("new"), "new"), (plan.count("bytes"), "changed")]
    counts.append((plan.count("deleted"), "deleted"))
    told = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"Deploy {format_count(len(plan.release.files), 'file')}: {told}"
