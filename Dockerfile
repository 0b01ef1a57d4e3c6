# The project with its locked dependencies: for Prefect workers and their server, `analyst serve` and `analyst watch`.
FROM python:3.11-slim AS build
RUN pip install --no-cache-dir "uv>=0.8,<1"
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=/opt/analyst
RUN uv venv "$VIRTUAL_ENV"
WORKDIR /src
COPY pyproject.toml requirements.lock ./
# The lock says which version and hash, pyproject.toml what: the lock also holds the tools of those who develop this.
RUN uv pip install --require-hashes --constraint requirements.lock --requirement pyproject.toml \
    --extra postgresql --extra redis
COPY README.md LICENSE ./
COPY agents agents
COPY analytics analytics
COPY cache_policies cache_policies
COPY deployments deployments
COPY flows flows
COPY runtime runtime
COPY tasks tasks
RUN uv pip install --no-deps --build-constraint requirements.lock .

FROM python:3.11-slim
RUN useradd --create-home --uid 1000 analyst && install -d -o analyst -g analyst /data
COPY --from=build /opt/analyst /opt/analyst
ENV PATH=/opt/analyst/bin:$PATH PYTHONUNBUFFERED=1
# All that is written is in /data and /tmp, so that the rest can be read-only. A server would unpack its pages beside Prefect.
ENV ANALYST_HOME=/data PREFECT_HOME=/data/prefect PREFECT_SERVER_UI_STATIC_DIRECTORY=/tmp/prefect-ui
# A number, by which Kubernetes can tell that it is not root.
USER 1000:1000
WORKDIR /data
VOLUME /data
# What every one of them needs: the Prefect server and the store.
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s CMD ["python", "-c", \
    "from runtime.prefect_server.connection import require_server; from runtime.store.database import get_store; require_server('runs'); get_store()"]
# No entry point: Prefect's Docker and Kubernetes workers give the whole command, `prefect flow-run execute`.
CMD ["analyst", "serve"]
