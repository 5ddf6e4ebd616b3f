using FuturesEos.EmbeddedKafka;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>An embedded broker in this process, for the tests of one class.</summary>
public sealed class EmbeddedBroker : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eos-broker-").FullName;
    private EmbeddedKafkaHost? _host;

    public string BootstrapServers => _host!.BootstrapServers;

    public async ValueTask InitializeAsync() => _host = await EmbeddedKafkaHost.StartAsync(
        new EmbeddedKafkaOptions { DataFolder = _folder }, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
