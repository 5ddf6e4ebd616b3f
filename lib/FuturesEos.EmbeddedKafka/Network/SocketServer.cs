using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FuturesEos.EmbeddedKafka.Security;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>Listens, accepts up to a limit (its own, and that of the process), and watches over its sessions.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private const int Backlog = 1024;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LateMax = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly EmbeddedKafkaOptions _options;
    private readonly ListenerSecurity _security;
    private readonly ILogger _logger;
    private readonly OpenFileLimit _files;
    private readonly MemoryLimits _memory;
    private readonly RequestBudget _budget;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Session, Task> _sessions = new();
    private ITimer? _sweep;
    private TimeSpan _swept;
    private Task _accepting = Task.CompletedTask;
    private int _refused;
    private int _refusedForFiles;
    private volatile string? _acceptFailure;

    private SocketServer(
        EmbeddedKafkaOptions options,
        ListenerSecurity security,
        ILogger logger,
        OpenFileLimit files,
        MemoryLimits memory,
        Socket listener)
    {
        _options = options;
        _security = security;
        _logger = logger;
        _files = files;
        _memory = memory;
        _budget = new RequestBudget(memory.Requests);
        _listener = listener;
    }

    /// <summary>Where it listens, with the port that was really taken.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Takes the port; nobody is accepted yet.</summary>
    /// <exception cref="ArgumentException">The address is none of this machine's.</exception>
    /// <exception cref="IOException">The port is taken, or needs a right.</exception>
    public static async Task<SocketServer> ListenAsync(
        EmbeddedKafkaOptions options,
        ListenerSecurity security,
        ILogger logger,
        OpenFileLimit files,
        MemoryLimits memory,
        CancellationToken cancel)
    {
        var address = await ResolveAsync(options.Host, cancel);
        Socket? listener = null;
        try
        {
            listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // every address means IPv4, too
            if (address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(new IPEndPoint(address, options.Port));
            listener.Listen(Backlog);
            return new SocketServer(options, security, logger, files, memory, listener);
        }
        catch (SocketException failed)
        {
            listener?.Dispose();
            if (failed.SocketErrorCode == SocketError.AddressNotAvailable)
                throw NoAddress(options.Host, "is no address of this machine");
            var place = HostPort.Of(options.Host) with { Port = options.Port };
            throw new IOException(
                $"Cannot listen on {place}: {failed.Message}. Choose another port, or 0 for a free one.", failed);
        }
    }

    public void Start(Dispatcher dispatcher)
    {
        _accepting = AcceptAsync(dispatcher);
        _swept = _options.Time.GetElapsedTime(0);
        _sweep = _options.Time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        if (_sweep is not null)
            await _sweep.DisposeAsync();
        await _accepting;
        foreach (var session in _sessions.Keys)
            session.Cut();
        await Task.WhenAll(_sessions.Values);
        _stopping.Dispose();
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancel)
    {
        // 0.0.0.0 is refused as a name
        if (IPAddress.TryParse(host, out var literal))
            return literal;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancel);
            return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork)
                ?? addresses.FirstOrDefault()
                ?? throw NoAddress(host, "has no address");
        }
        catch (Exception failed) when (failed is SocketException or ArgumentOutOfRangeException)
        {
            throw NoAddress(host, $"has no address: {failed.Message}");
        }
    }

    private static ArgumentException NoAddress(string host, string why) => new(
        $"{nameof(EmbeddedKafkaOptions.Host)} '{host}' {why}. "
        + "Give an address of this machine or a name of it, without a port.",
        nameof(EmbeddedKafkaOptions.Host));

    private async Task AcceptAsync(Dispatcher dispatcher)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                Admit(socket, dispatcher);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failed) when (failed is SocketException or ObjectDisposedException)
            {
                if (_stopping.IsCancellationRequested)
                    return;

                // others in the process have taken the last file, most likely: those who are here go on
                _acceptFailure = failed.Message;
                await Task.Delay(AcceptPause, _options.Time);
            }
        }
    }

    private void Admit(Socket socket, Dispatcher dispatcher)
    {
        if (_sessions.Count >= _options.MaxConnections)
        {
            Interlocked.Increment(ref _refused);
            socket.Dispose();
            return;
        }

        if (!_files.TryConnect())
        {
            Interlocked.Increment(ref _refusedForFiles);
            socket.Dispose();
            return;
        }

        socket.NoDelay = true;
        var session = new Session(socket, _security, _budget, dispatcher, _options, _logger, _stopping.Token);
        var done = new TaskCompletionSource();
        _sessions[session] = done.Task;
        _ = RunAsync(session, done);
    }

    private async Task RunAsync(Session session, TaskCompletionSource done)
    {
        await Task.Yield(); // the next connection is accepted meanwhile
        await session.RunAsync();
        _sessions.TryRemove(session, out _);
        _files.Disconnect();
        done.SetResult();
    }

    private void Sweep()
    {
        var now = _options.Time.GetElapsedTime(0);
        if (now - _swept - SweepInterval is var late && late > LateMax)
            _logger.StoodStill((long)late.TotalMilliseconds);
        _swept = now;
        _files.Measure();
        foreach (var session in _sessions.Keys)
            session.CheckProgress(now);
        if (_budget.Waiting is > 0 and var waiting)
            _logger.RequestsWait(waiting, _memory.Requests);
        var refused = Interlocked.Exchange(ref _refused, 0);
        if (refused > 0)
            _logger.ConnectionsOverLimit(refused, _options.MaxConnections);
        refused = Interlocked.Exchange(ref _refusedForFiles, 0);
        if (refused > 0)
            _logger.ConnectionsOverFiles(refused, _sessions.Count, _files.MaxConnections, _files.Limit);
        if (Interlocked.Exchange(ref _acceptFailure, null) is { } failure)
            _logger.AcceptFailed(failure);
    }
}
