using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FuturesEos.LocalPostgres;

namespace FuturesEos.Cli.Chaos;

/// <summary>A way to a server through a listener of ours, so that it can be cut and stalled.</summary>
internal sealed class NetworkLink : IAsyncDisposable
{
    private const int BufferBytes = 64 << 10;

    private readonly string _targetHost;
    private readonly int _targetPort;
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Socket, Socket> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile Task _open = Task.CompletedTask;

    /// <param name="target">The server, <c>host:port</c>.</param>
    public NetworkLink(string target)
    {
        var colon = target.LastIndexOf(':');
        (_targetHost, _targetPort) =
            (target[..colon], int.Parse(target.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
        var port = FreePort.Choose();
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = $"127.0.0.1:{port}";
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect instead, <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>Resets every connection and takes none, for a while.</summary>
    /// <returns>How many connections there were.</returns>
    public async Task<int> CutAsync(TimeSpan length, CancellationToken cancellation)
    {
        _isCut = true;
        try
        {
            var hit = 0;
            foreach (var client in _connections.Keys)
            {
                if (Close(client)) hit++;
            }

            await Task.Delay(length, cancellation);
            return hit;
        }
        finally
        {
            _isCut = false;
        }
    }

    /// <summary>Lets nothing through, for a while; what was sent meanwhile arrives then.</summary>
    /// <returns>How many connections there were.</returns>
    public async Task<int> StallAsync(TimeSpan length, CancellationToken cancellation)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open = gate.Task;
        try
        {
            var hit = _connections.Count;
            await Task.Delay(length, cancellation);
            return hit;
        }
        finally
        {
            gate.SetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var client in _connections.Keys) Close(client);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                if (_isCut) Reset(client);
                else _ = CarryAsync(client);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task CarryAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            client.NoDelay = true;
            await server.ConnectAsync(_targetHost, _targetPort, _stop.Token);
            _connections[client] = server;
            if (_isCut) return;
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            if (!Close(client)) Reset(client);
            Reset(server);
        }
    }

    // an end is an end of both ways: neither Kafka nor PostgreSQL closes by halves
    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, _stop.Token) is > 0 and var read)
            {
                await _open;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None, _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private bool Close(Socket client)
    {
        if (!_connections.TryRemove(client, out var server)) return false;
        Reset(client);
        Reset(server);
        return true;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }

        socket.Dispose();
    }
}
