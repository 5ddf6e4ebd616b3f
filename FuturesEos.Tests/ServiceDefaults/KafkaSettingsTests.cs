using System.Reflection;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Streams;
using FuturesEos.Streams.Transactions;
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

    [Fact]
    public void what_the_engine_refuses_every_service_refuses_before()
    {
        var settings = new Dictionary<string, string>();
        foreach (var name in typeof(StreamsOptions).GetField("Reserved", BindingFlags.NonPublic | BindingFlags.Static)!
            .GetValue(null) as string[] ?? [])
        {
            settings.Add(name, "1");
            var refused = Assert.Throws<ExpectedFailure>(() => From(("Kafka:" + name, "1")));
            Assert.Contains(name, refused.Message);
        }

        Assert.Contains("isolation.level", settings.Keys);
    }

    [Theory]
    [InlineData("linger.ms", "3")]
    [InlineData("compression.type", "zstd")]
    [InlineData("fetch.queue.backoff.ms", "77")]
    [InlineData("queued.max.messages.kbytes", "1234")]
    [InlineData("session.timeout.ms", "7000")]
    public void what_a_user_sets_reaches_the_engines_clients(string name, string value)
    {
        var options = new StreamsOptions
        {
            ApplicationId = "a", StoreName = "s", BootstrapServers = "here:1", InputTopics = ["in"],
            StateDirectory = "state", ClientSettings = From(("Kafka:" + name, value)).ForEveryClient,
        };
        options.Validate();
        foreach (var config in (ClientConfig[])[
            KafkaClients.Consumer(options, "i", 0), KafkaClients.Restore(options, "i", 0),
            KafkaClients.Producer(options, "i", 0), KafkaClients.Admin(options, "i", 0)])
            Assert.Equal(value, config.Get(name));
    }

    private static KafkaSettings From(params (string Key, string Value)[] settings) => KafkaSettings.From(
        "here:1", new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build());
}
