# One recipe for every .NET program: docker build -f deploy/images/service.Dockerfile --build-arg PROJECT=FuturesEos.SignalProcessor .
# Native libraries come with the packages of the full feed. The runtime image has no shell and no package manager; its user is 1654.
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG PROJECT
ARG FOLDER=.
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY lib lib
COPY tools tools
COPY FuturesEos.ServiceDefaults FuturesEos.ServiceDefaults
COPY FuturesEos.SignalGenerator FuturesEos.SignalGenerator
COPY FuturesEos.SignalProcessor FuturesEos.SignalProcessor
COPY FuturesEos.OrderManager FuturesEos.OrderManager
COPY FuturesEos.OutboxRelay FuturesEos.OutboxRelay
COPY samples samples
RUN dotnet publish "$FOLDER/$PROJECT/$PROJECT.csproj" -c Release -o /app --nologo \
 && cp -r samples /app/samples \
 && mv "/app/$PROJECT" /app/service \
 && sed -n 1p "/app/$PROJECT.runtimeconfig.json" > /dev/null

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
WORKDIR /app
COPY --from=build /app /app
USER 1654:1654
ENTRYPOINT ["/app/service"]
