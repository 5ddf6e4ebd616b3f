using System.Net;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Security;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// A single-node broker that Kafka clients take for Kafka. For tests and a bare machine: no replication.
/// Dispose stops it; whoever is killed instead comes back with everything that was acknowledged.
/// </summary>
public sealed class EmbeddedKafkaHost : IAsyncDisposable
{
    private readonly ILogger _logger;

    // disposed from the last to the first
    private readonly Stack<object> _parts = new();

    private EmbeddedKafkaHost(ILogger logger) => _logger = logger;

    /// <summary>host:port for clients.</summary>
    public string BootstrapServers { get; private set; } = "";

    public string ClusterId { get; private set; } = "";

    /// <summary>Takes the folder, recovers what is in it and listens.</summary>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or address or certificate cannot be used.
    /// </exception>
    /// <exception cref="IOException">
    /// The folder is in use, damaged or cannot be written, or the port is taken; the text says what to do.
    /// </exception>
    public static async Task<EmbeddedKafkaHost> StartAsync(
        EmbeddedKafkaOptions options, ILoggerFactory loggers, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        options.Validate();
        var security = ListenerSecurity.Load(options);
        var host = new EmbeddedKafkaHost(loggers.CreateLogger<EmbeddedKafkaHost>());
        try
        {
            await host.StartAsync(options, security, cancel);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var wasRunning = BootstrapServers.Length > 0;
        while (_parts.TryPop(out var part))
        {
            if (part is IAsyncDisposable stopping)
                await stopping.DisposeAsync();
            else
                ((IDisposable)part).Dispose();
        }

        BootstrapServers = "";
        if (wasRunning)
            _logger.BrokerStopped();
    }

    private async Task StartAsync(EmbeddedKafkaOptions options, ListenerSecurity security, CancellationToken cancel)
    {
        ThreadLimit.Keep();
        Own(FolderLock.Take(options.DataFolder));
        var identity = BrokerIdentity.Load(options.DataFolder, options.ClusterId);
        ClusterId = identity.ClusterId;
        var files = OpenFileLimit.OfProcess();
        var environment = new LogEnvironment(options.Time, _logger)
        {
            Fsync = options.Fsync,
            Storage = new LogStorage { Files = files },
            Memory = MemoryLimits.Of(
                options.MaxInFlightBytes,
                options.MaxConnections,
                GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        };

        // the port is taken first: whoever cannot have it should not have recovered a log for nothing
        var server = await SocketServer.ListenAsync(options, security, _logger, files, environment.Memory, cancel);
        var node = NodeOf(options, server, identity);
        try
        {
            var core = Own(await BrokerCore.OpenAsync(options, environment, node));
            RequireRoom(files);
            server.Start(core.Dispatcher);
        }
        finally
        {
            Own(server);
        }

        BootstrapServers = new HostPort(node.Host, node.Port).ToString();
        _logger.Listening(node.Id, identity.ClusterId, BootstrapServers, options.DataFolder);
        if (IPAddress.IsLoopback(server.Address.Address))
            return;
        if (security.Description is { } protection)
            _logger.ListensBeyondLoopback(server.Address, BootstrapServers, protection);
        else
            _logger.ListensUnprotected(server.Address, BootstrapServers);
    }

    // what listens and refuses everybody looks like a broker that hangs
    private static void RequireRoom(OpenFileLimit files)
    {
        files.Measure();
        if (files.MaxConnections > 0)
            return;
        throw new IOException(
            $"No connection could be accepted: this process may have {files.Limit} files open, which its segments "
                + "and the runtime need. Raise the limit (ulimit -n).");
    }

    private static BrokerNode NodeOf(EmbeddedKafkaOptions options, SocketServer server, BrokerIdentity identity)
    {
        var told = HostPort.TryParse(options.AdvertisedListener ?? "") ?? HostPort.Of(options.Host);
        return new BrokerNode(identity.ClusterId, options.NodeId, told.Host, told.Port ?? server.Address.Port);
    }

    private T Own<T>(T part)
        where T : class
    {
        _parts.Push(part);
        return part;
    }
}
