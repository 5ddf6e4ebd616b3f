using System.Net;
using System.Net.Sockets;
using FuturesEos.EmbeddedKafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

public class HostTests
{
    [Fact]
    public async Task a_second_broker_on_a_folder_is_refused_with_the_process_that_has_it()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var refused = await Assert.ThrowsAsync<IOException>(() => EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions { DataFolder = broker.DataFolder }, NullLoggerFactory.Instance));
        Assert.Contains($"process {Environment.ProcessId}", refused.Message);
        Assert.Contains(broker.DataFolder, refused.Message);
    }

    [Fact]
    public async Task a_port_that_is_taken_is_named_and_leaves_the_folder_free()
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        await using var broker = await BrokerForTests.StartAsync();
        await broker.StopAsync();
        var refused = await Assert.ThrowsAsync<IOException>(() => EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions { DataFolder = broker.DataFolder, Port = port }, NullLoggerFactory.Instance));
        Assert.Contains($"127.0.0.1:{port}", refused.Message);
        await using var free = await EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions { DataFolder = broker.DataFolder }, NullLoggerFactory.Instance);
        Assert.NotEmpty(free.BootstrapServers);
    }

    [Fact]
    public async Task the_cluster_id_is_the_folders_and_another_is_refused()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var id = broker.Host.ClusterId;
        await broker.RestartAsync();
        Assert.Equal(id, broker.Host.ClusterId);
        await broker.StopAsync();
        var refused = await Assert.ThrowsAsync<IOException>(() => EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions { DataFolder = broker.DataFolder, ClusterId = "another" }, NullLoggerFactory.Instance));
        Assert.Contains(id, refused.Message);
    }

    [Theory]
    [InlineData(-1, "Port")]
    [InlineData(70_000, "Port")]
    public async Task an_option_out_of_range_is_named(int port, string option)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions { DataFolder = "unused", Port = port }, NullLoggerFactory.Instance));
        Assert.Contains(option, refused.Message);
    }

    [Fact]
    public async Task a_broker_that_stood_still_says_for_how_long_and_what_may_be_why()
    {
        using var folder = new TemporaryFolder("still");
        var clock = new JumpingClock();
        var log = new LogCapture(LogLevel.Warning);
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var broker = await EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions { DataFolder = folder.Path, Time = clock }, loggers);
        clock.Jump(TimeSpan.FromSeconds(1005));
        await Eventually.True(() => log.Contains("Stood still for 100"));
        Assert.True(log.Contains("ThreadPoolMinThreads"));
    }

    /// <summary>Timers come later than they were set for, as in a process that got no time.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _ahead;

        public void Jump(TimeSpan by) => Volatile.Write(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _ahead);
    }
}
