"""A worker in a process of its own, without chores: it looks once a minute, unless it is called."""

import signal

from webinars.app.letters import WRITERS
from webinars.outbox.threads import WorkerThreads
from wsgi import app, settings

if __name__ == "__main__":
    stopping = {signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    crew = WorkerThreads(app.app_context, settings, WRITERS)
    crew.start()
    signal.sigwait(stopping)
    crew.end()
