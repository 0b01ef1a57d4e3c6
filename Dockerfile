# The project with its locked dependencies, for `analyst serve`, `analyst watch` and Prefect workers.
FROM python:3.11-slim AS build
RUN pip install --no-cache-dir "uv>=0.8,<1"
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN uv venv /opt/analyst
WORKDIR /src
COPY requirements.lock ./
# Byte-compiled: it halves every start of a flow's process.
RUN VIRTUAL_ENV=/opt/analyst uv pip install --compile-bytecode --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY agents agents
COPY analytics analytics
COPY cache_policies cache_policies
COPY deployments deployments
COPY flows flows
COPY runtime runtime
COPY tasks tasks
RUN VIRTUAL_ENV=/opt/analyst uv pip install --compile-bytecode --no-deps .

FROM python:3.11-slim
RUN useradd --create-home --uid 1000 analyst && install -d -o analyst /data
COPY --from=build /opt/analyst /opt/analyst
ENV PATH=/opt/analyst/bin:$PATH ANALYST_HOME=/data PYTHONUNBUFFERED=1
USER analyst
WORKDIR /data
VOLUME /data
# What every one of them needs: the Prefect server and the store.
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s CMD ["python", "-c", \
    "from runtime.server import require_server; from runtime.store import get_store; require_server('runs'); get_store()"]
ENTRYPOINT ["analyst"]
CMD ["serve"]
