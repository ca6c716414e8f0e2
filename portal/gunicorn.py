"""How gunicorn serves the site: ``gunicorn --config portal/gunicorn.py portal.wsgi``."""

import gc
import os
from multiprocessing import cpu_count

from gunicorn.glogging import Logger

from portal.logs import mask

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", min(cpu_count(), 4)))
threads = int(os.environ.get("THREADS", "4"))
keepalive = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
# The site itself decides which proxies it believes (TRUSTED_PROXY_COUNT); gunicorn believes none.
forwarded_allow_ips = ""
accesslog = "-" if os.environ.get("ACCESS_LOG", "1") == "1" else None
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def post_worker_init(_worker):
    """Leave what has been loaded out of garbage collections: it stays for good, and looking at it delays answers."""
    gc.collect()
    gc.freeze()


def without_addresses(record):
    """Take out what gunicorn quotes of a request that it cannot read or that fails: the first line, query and all."""
    told, query, _rest = record.getMessage().partition("?")
    record.msg, record.args = mask(told) + ("?…" if query else ""), ()
    return True


class MaskingLogger(Logger):
    """Gunicorn's logger, whose logs never hold a query, a personal link or a mail address."""

    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.addFilter(without_addresses)

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": mask(atoms["U"]), "r": "", "q": "", "f": "-"}


logger_class = MaskingLogger
