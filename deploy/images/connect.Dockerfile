# Strimzi's Connect of Kafka 4.3.1 with Debezium's PostgreSQL connector: nothing is downloaded inside the cluster.
FROM docker.io/library/debian:bookworm-20251117-slim AS plugin
ARG DEBEZIUM=3.7.0.Final
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /plugins && cd /plugins \
 && url=https://repo1.maven.org/maven2/io/debezium/debezium-connector-postgres/$DEBEZIUM/debezium-connector-postgres-$DEBEZIUM-plugin.tar.gz \
 && curl -fsSLO "$url" && curl -fsSL "$url.sha1" -o sum \
 && echo "$(cat sum)  debezium-connector-postgres-$DEBEZIUM-plugin.tar.gz" | sha1sum -c - \
 && tar xzf ./*.tar.gz && rm ./*.tar.gz sum

FROM quay.io/strimzi/kafka:1.2.0-kafka-4.3.1
COPY --from=plugin --chown=root:root /plugins /opt/kafka/plugins
USER 1001
