using FuturesEos.ServiceDefaults.Health;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuturesEos.ServiceDefaults.Kafka;

/// <summary>Registers where Kafka is.</summary>
public static class KafkaExtensions
{
    /// <summary>
    /// Registers <see cref="KafkaSettings"/> and a health check. Services make clients of their own from it: one that
    /// was fenced must be replaced by another, which a client from the container cannot.
    /// </summary>
    /// <param name="builder">Of the service.</param>
    /// <param name="connectionName">The settings are those of Aspire.Confluent.Kafka:
    /// <c>ConnectionStrings:NAME</c>, and <c>Aspire:Confluent:Kafka:Producer|Consumer[:NAME]:Config</c>; over them lie
    /// librdkafka's own names under <c>Kafka</c>.</param>
    /// <exception cref="ExpectedFailure">Nobody said where Kafka is.</exception>
    public static void AddKafkaSettings(this IHostApplicationBuilder builder, string connectionName)
    {
        var configuration = builder.Configuration;
        var servers = configuration.GetConnectionString(connectionName);
        if (string.IsNullOrEmpty(servers))
            throw ExpectedFailure.Usage(
                $"no Kafka broker is named: give --bootstrap-servers, or set ConnectionStrings__{connectionName}");
        builder.Services.AddSingleton(KafkaSettings.From(servers, configuration, connectionName));
        if (KafkaSettings.Sections(connectionName).Any(
            section => configuration.GetValue<bool>($"{section}:DisableHealthChecks"))) return;
        builder.Services.AddSingleton<KafkaHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<KafkaHealthCheck>("kafka");
    }
}
