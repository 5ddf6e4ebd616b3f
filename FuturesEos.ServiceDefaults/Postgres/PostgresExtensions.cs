using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuturesEos.ServiceDefaults.Postgres;

/// <summary>Registers where PostgreSQL is.</summary>
public static class PostgresExtensions
{
    /// <summary>
    /// <c>AddNpgsqlDataSource</c> of Aspire.Npgsql with its settings and health check, and
    /// <see cref="PostgresSettings"/>.
    /// </summary>
    /// <param name="builder">Of the service.</param>
    /// <param name="connectionName">Of <c>ConnectionStrings:NAME</c> and <c>Aspire:Npgsql[:NAME]</c>.</param>
    /// <param name="defaults">What the service sets where the connection string does not.</param>
    /// <exception cref="ExpectedFailure">Nobody said where PostgreSQL is.</exception>
    public static void AddPostgres(this IHostApplicationBuilder builder, string connectionName, string defaults) =>
        builder.AddNpgsqlDataSource(connectionName, settings =>
        {
            if (string.IsNullOrEmpty(settings.ConnectionString))
                throw ExpectedFailure.Usage(
                    $"no database is named: give --postgres, or set ConnectionStrings__{connectionName}");
            var postgres = PostgresSettings.From(settings.ConnectionString, defaults);
            settings.ConnectionString = postgres.ConnectionString;
            // without anybody to send them to they would be made all the same
            settings.DisableTracing |= !TelemetryExtensions.ExportsTraces(builder);
            settings.DisableMetrics |= !TelemetryExtensions.ExportsMetrics(builder);
            builder.Services.AddSingleton(postgres);
        });
}
