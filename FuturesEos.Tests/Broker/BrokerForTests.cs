using FuturesEos.EmbeddedKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuturesEos.Tests.Broker;

/// <summary>An embedded broker in a folder of its own, which goes when the test ends. It can be stopped and started again.</summary>
internal sealed class BrokerForTests : IAsyncDisposable
{
    private readonly EmbeddedKafkaOptions _options;
    private EmbeddedKafkaHost? _host;
    private int _port;

    private BrokerForTests(EmbeddedKafkaOptions options) => _options = options;

    public string BootstrapServers => Host.BootstrapServers;

    public string DataFolder => _options.DataFolder;

    public EmbeddedKafkaHost Host => _host ?? throw new InvalidOperationException("The broker is stopped.");

    public static async Task<BrokerForTests> StartAsync(Func<string, EmbeddedKafkaOptions>? options = null)
    {
        var folder = Path.Combine(Path.GetTempPath(), "eos-broker-" + Guid.NewGuid().ToString("N"));
        var broker = new BrokerForTests(options?.Invoke(folder) ?? new EmbeddedKafkaOptions
        {
            DataFolder = folder,
            GroupMinSessionTimeout = TimeSpan.FromMilliseconds(500),
        });
        broker._host = await EmbeddedKafkaHost.StartAsync(broker._options, NullLoggerFactory.Instance);
        return broker;
    }

    public async Task StopAsync()
    {
        if (_host is not null)
        {
            _port = int.Parse(BootstrapServers[(BootstrapServers.LastIndexOf(':') + 1)..]);
            await _host.DisposeAsync();
        }

        _host = null;
    }

    /// <summary>Starts again on the same folder and, so that clients find it, the same port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        var options = new EmbeddedKafkaOptions
        {
            DataFolder = DataFolder,
            Port = _port,
            GroupMinSessionTimeout = _options.GroupMinSessionTimeout,
        };
        _host = await EmbeddedKafkaHost.StartAsync(options, NullLoggerFactory.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(DataFolder, recursive: true);
    }
}
