"""The tools that other real tests stand on."""

import psutil
import pytest

pytestmark = pytest.mark.real


def test_worker_and_beat_start_and_die(real_site, wait_until):
    worker, beat = real_site.start_worker(), real_site.start_beat()
    children = worker.children()
    assert children
    real_site.kill(worker)
    real_site.kill(beat)
    assert not any(psutil.pid_exists(process.pid) for process in (worker, beat))
    wait_until(lambda: not any(child.is_running() for child in children))


def test_commands_see_the_database_of_the_test(real_site, django_user_model):
    django_user_model.objects.create(username="who-is-there")
    code = "from django.contrib.auth import get_user_model as m;print(m().objects.get().username)"
    assert "who-is-there" in real_site.manage("shell", "-c", code)
