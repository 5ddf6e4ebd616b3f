using Confluent.Kafka;
using FuturesEos.EmbeddedKafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Broker.Secure;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

/// <summary>Where the broker listens and what clients are told of it: <c>listeners</c> and <c>advertised.listeners</c> of Kafka.</summary>
public class ListenTests
{
    private const string Every = "0.0.0.0";

    public static TheoryData<string> Hosts => [MachineAddress.Other, "::1", "[::1]", "localhost"];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task clients_produce_and_read_where_it_listens_and_are_told_that_place(string host)
    {
        Assert.SkipWhen(host.Contains(':') && !MachineAddress.HasIPv6Loopback, "this machine has no ::1");
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder, Host = host });
        await ServesAsync(broker.BootstrapServers);
        Assert.Equal(host.Trim('[', ']'), Told(broker.BootstrapServers).Host);
    }

    [Fact]
    public async Task on_every_address_clients_are_told_the_advertised_one_and_the_port_that_was_taken()
    {
        await using var broker = await BrokerForTests.StartAsync(
            folder => new() { DataFolder = folder, Host = Every, AdvertisedListener = MachineAddress.Other });
        var port = Told(broker.BootstrapServers).Port;
        foreach (var address in (string[])[MachineAddress.Other, "127.0.0.1"])
        {
            Assert.Equal((MachineAddress.Other, port), Told($"{address}:{port}"));
            await ServesAsync($"{address}:{port}");
        }
    }

    [Fact]
    public async Task on_every_IPv6_address_those_of_IPv4_are_served_too()
    {
        Assert.SkipUnless(MachineAddress.HasIPv6Loopback, "this machine has no ::1");
        await using var broker = await BrokerForTests.StartAsync(
            folder => new() { DataFolder = folder, Host = "::", AdvertisedListener = "localhost" });
        var port = Told(broker.BootstrapServers).Port;
        await ServesAsync($"127.0.0.1:{port}");
        await ServesAsync($"[::1]:{port}");
    }

    [Theory]
    [InlineData("broker.example", "broker.example", null)]
    [InlineData("broker.example:9000", "broker.example", 9000)]
    [InlineData("[fd00::2]", "fd00::2", null)]
    [InlineData("[fd00::2]:9000", "fd00::2", 9000)]
    public async Task what_is_advertised_is_told_as_it_stands_there(string advertised, string host, int? port)
    {
        await using var broker = await BrokerForTests.StartAsync(
            folder => new() { DataFolder = folder, AdvertisedListener = advertised });
        var told = broker.BootstrapServers;
        Assert.StartsWith(advertised, told);
        var listening = int.Parse(told[(told.LastIndexOf(':') + 1)..]);
        Assert.Equal(port ?? listening, listening);
        if (port is null) Assert.Equal((host, listening), Told($"127.0.0.1:{listening}"));
    }

    [Theory]
    [InlineData("", null, "Host must be an address")]
    [InlineData("no.such.host.invalid", null, "Host 'no.such.host.invalid' has no address")]
    [InlineData("127.0.0.1:9092", null, "Host '127.0.0.1:9092' has no address")]
    [InlineData("203.0.113.254", null, "Host '203.0.113.254' is no address of this machine")]
    [InlineData("0.0.0.0", null, "AdvertisedListener must be an address that clients can connect to: 0.0.0.0 is")]
    [InlineData("::", null, "AdvertisedListener must be an address that clients can connect to: :: is")]
    [InlineData("127.0.0.1", "0.0.0.0:9092", "AdvertisedListener must be an address")]
    [InlineData("127.0.0.1", "", "AdvertisedListener must be host or host:port")]
    [InlineData("127.0.0.1", "a:0", "AdvertisedListener must be host or host:port")]
    [InlineData("127.0.0.1", "a:70000", "AdvertisedListener must be host or host:port")]
    [InlineData("127.0.0.1", "::1", "AdvertisedListener must be host or host:port")]
    [InlineData("127.0.0.1", "[::1", "AdvertisedListener must be host or host:port")]
    [InlineData("127.0.0.1", "PLAINTEXT://a:9092", "AdvertisedListener must be host or host:port")]
    public async Task an_address_that_is_none_is_refused_with_the_remedy(string host, string? advertised, string sentence)
    {
        using var folder = new TemporaryFolder("listen");
        var options = new EmbeddedKafkaOptions { DataFolder = folder.Path, Host = host, AdvertisedListener = advertised };
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => EmbeddedKafkaHost.StartAsync(options, NullLoggerFactory.Instance));
        Assert.StartsWith(sentence, refused.Message);
    }

    [Theory]
    [InlineData("127.0.0.1", false, null)]
    [InlineData(Every, false, "Warning: Listens beyond this machine on 0.0.0.0:{0}; clients are told localhost:{0}. Neither TLS nor SASL")]
    [InlineData(Every, true, "Information: Listens beyond this machine on 0.0.0.0:{0}, protected by SASL, unencrypted; clients are told")]
    public async Task who_listens_beyond_loopback_says_so_and_what_protects_it(string host, bool hasUsers, string? line)
    {
        using var folder = new TemporaryFolder("listen");
        var log = new LogCapture();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        var options = new EmbeddedKafkaOptions
        {
            DataFolder = folder.Path,
            Host = host,
            AdvertisedListener = "localhost",
            Sasl = hasUsers ? SecureBroker.Users() : null,
        };
        await using var broker = await EmbeddedKafkaHost.StartAsync(options, loggers);
        var said = log.Lines.Where(l => l.Contains("beyond this machine")).ToList();
        Assert.Equal(line is null ? 0 : 1, said.Count);
        if (line is not null) Assert.StartsWith(string.Format(null, line, broker.BootstrapServers.Split(':')[1]), said[0]);
    }

    private static (string Host, int Port) Told(string servers)
    {
        using var admin = Clients.Admin(servers);
        var broker = Assert.Single(admin.GetMetadata(Deadline.Usual).Brokers);
        return (broker.Host, broker.Port);
    }

    private static async Task ServesAsync(string servers)
    {
        var topic = "t" + Guid.NewGuid().ToString("N");
        await Clients.CreateTopicAsync(servers, topic);
        using var producer = Clients.Producer(servers);
        await producer.ProduceAsync(topic, new Message<string, byte[]> { Key = "k", Value = [1] });
        Assert.Single(Clients.ReadAll(servers, topic));
    }
}
