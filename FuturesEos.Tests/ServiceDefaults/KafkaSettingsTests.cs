using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>Where a client's settings come from.</summary>
public class KafkaSettingsTests
{
    [Fact]
    public void aspires_sections_reach_clients_of_their_kind_and_librdkafkas_own_names_win()
    {
        var settings = From(
            ("Aspire:Confluent:Kafka:Producer:Config:SecurityProtocol", "Ssl"),
            ("Aspire:Confluent:Kafka:Producer:Config:linger.ms", "7"),
            ("Aspire:Confluent:Kafka:Producer:kafka:Config:CompressionType", "Zstd"),
            ("Aspire:Confluent:Kafka:Consumer:Config:FetchWaitMaxMs", "123"),
            ("Kafka:linger.ms", "9"));
        var producer = settings.Producer();
        Assert.Equal(SecurityProtocol.Ssl, producer.SecurityProtocol);
        Assert.Equal(CompressionType.Zstd, producer.CompressionType);
        Assert.Equal(9, producer.LingerMs);
        Assert.Equal("here:1", producer.BootstrapServers);
        var consumer = settings.Consumer("group");
        Assert.Equal(123, consumer.FetchWaitMaxMs);
        Assert.Null(consumer.SecurityProtocol);
        Assert.Equal(SecurityProtocol.Ssl, settings.Admin().SecurityProtocol);
    }

    private static KafkaSettings From(params (string Key, string Value)[] settings) => KafkaSettings.From(
        "here:1", new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build());
}
