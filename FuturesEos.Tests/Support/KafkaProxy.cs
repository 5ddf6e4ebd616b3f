using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FuturesEos.Tests.Support;

/// <summary>
/// The network between a client and its brokers, in a test's hands: it can fall silent, break, hold back an end of
/// transaction, send it twice, or lose a question again and again. One listener a broker; the brokers' addresses are
/// replaced in the answers that name them, so that no client gets past it.
/// </summary>
internal sealed class KafkaProxy : IAsyncDisposable
{
    private const short Metadata = 3, FindCoordinator = 10, InitProducerId = 22, EndTxn = 26, DescribeCluster = 60;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<(TcpListener Listener, int Broker)> _listeners = [];
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _connections = [];
    private readonly List<Task> _accepting = [];
    private volatile TaskCompletionSource? _silence;
    private volatile bool _isBroken;
    private int _holdNext;
    private int _doubleNext;
    private volatile bool _losesLookups;

    public KafkaProxy(string bootstrapServers)
    {
        foreach (var server in bootstrapServers.Split(','))
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _listeners.Add((listener, int.Parse(server.Split(':')[1])));
        }

        Ports = _listeners.ToDictionary(l => l.Broker, l => ((IPEndPoint)l.Listener.LocalEndpoint).Port);
        foreach (var (listener, broker) in _listeners) _accepting.Add(AcceptAsync(listener, broker));
    }

    public string BootstrapServers => string.Join(',', Ports.Values.Select(port => $"127.0.0.1:{port}"));

    /// <summary>From a broker's port to the one that stands for it.</summary>
    public Dictionary<int, int> Ports { get; }

    /// <summary>An end of transaction that was held back; its client was cut off and believes it lost.</summary>
    public ConcurrentQueue<HeldRequest> Held { get; } = [];

    /// <summary>How many ends of transaction were sent twice.</summary>
    public int Doubled { get; private set; }

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Connections there are now.</summary>
    public int Connections => _connections.Count;

    /// <summary>
    /// Nothing passes, in either direction, and nobody is told; what is under way arrives when it ends.
    /// </summary>
    public void FallSilent() =>
        _silence ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every connection breaks, and new ones break at once.</summary>
    public void Break()
    {
        _isBroken = true;
        foreach (var connection in _connections.Keys)
        {
            connection.Close();
            Cuts++;
        }
    }

    /// <summary>All is well again.</summary>
    public void Heal()
    {
        _isBroken = false;
        Interlocked.Exchange(ref _silence, null)?.SetResult();
    }

    /// <summary>
    /// The next end of transaction goes to <see cref="Held"/> instead of the broker, and its client is cut off.
    /// </summary>
    public void HoldNextEndTxn() => Volatile.Write(ref _holdNext, 1);

    /// <summary>The next end of transaction is sent twice in a row; its client hears the first answer.</summary>
    public void DoubleNextEndTxn() => Volatile.Write(ref _doubleNext, 1);

    /// <summary>
    /// Whenever a producer asks who coordinates a group, the question gets lost, until another producer takes its
    /// place.
    /// </summary>
    public void LoseLookups() => _losesLookups = true;

    /// <summary>Such a question was lost.</summary>
    public bool HasLostLookup { get; private set; }

    internal Task PassAsync() => _silence?.Task ?? Task.CompletedTask;

    internal bool TakeHold() => Interlocked.Exchange(ref _holdNext, 0) == 1;

    internal bool TakeDouble()
    {
        if (Interlocked.Exchange(ref _doubleNext, 0) == 0) return false;
        Doubled++;
        return true;
    }

    internal bool IsLost(short key, ReadOnlySpan<byte> frame)
    {
        if (key == InitProducerId) _losesLookups = false;
        if (!_losesLookups || key != FindCoordinator || !IsProducersForGroup(frame)) return false;
        HasLostLookup = true;
        return true;
    }

    /// <summary>
    /// As librdkafka asks, in versions 1 and 2: length, key, version, correlation, the client's name, the key's text,
    /// and one byte for its kind, 0 for a group.
    /// </summary>
    private static bool IsProducersForGroup(ReadOnlySpan<byte> frame)
    {
        var name = frame.Slice(14, BinaryPrimitives.ReadInt16BigEndian(frame[12..]));
        return name.EndsWith("-producer"u8) && frame[^1] == 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Heal();
        foreach (var (listener, _) in _listeners) listener.Dispose();
        foreach (var connection in _connections.Keys) connection.Close();
        await Task.WhenAll(_accepting);
        while (Held.TryDequeue(out var held)) held.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, int broker)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var client = await listener.AcceptSocketAsync(_stop.Token);
                if (_isBroken) client.Close(0);
                else _ = CarryAsync(client, broker);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the end
        }
    }

    private async Task CarryAsync(Socket client, int broker)
    {
        using var connection = new ProxiedConnection(this, client);
        _connections.TryAdd(connection, true);
        try
        {
            await connection.RunAsync(broker);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // either side is gone: so is the other
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    /// <summary>One client's connection: frames there, frames back.</summary>
    private sealed class ProxiedConnection(KafkaProxy proxy, Socket client) : IDisposable
    {
        private readonly Socket _broker = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly ConcurrentDictionary<int, short> _asked = [];
        private readonly ConcurrentDictionary<int, bool> _swallow = [];
        private volatile HeldRequest? _held;

        public async Task RunAsync(int broker)
        {
            client.NoDelay = true;
            await _broker.ConnectAsync(IPAddress.Loopback, broker);
            var there = ThereAsync();
            var back = BackAsync();
            await await Task.WhenAny(there, back);
        }

        public void Close()
        {
            client.Close(0);
            if (_held is null) _broker.Close(0);
        }

        public void Dispose() => Close();

        private async Task ThereAsync()
        {
            while (await ReadFrameAsync(client) is { } frame)
            {
                await proxy.PassAsync();
                var key = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4));
                var correlation = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(8));
                if (proxy.IsLost(key, frame)) continue;
                if (key is Metadata or FindCoordinator or DescribeCluster) _asked[correlation] = key;
                if (key == EndTxn && proxy.TakeHold())
                {
                    _held = new HeldRequest(_broker, frame);
                    proxy.Held.Enqueue(_held);
                    return;
                }

                await SendAsync(_broker, frame);
                if (key != EndTxn || !proxy.TakeDouble()) continue;
                _swallow[correlation] = false;
                await SendAsync(_broker, frame);
            }
        }

        private async Task BackAsync()
        {
            try
            {
                while (await ReadFrameAsync(_broker) is { } frame)
                {
                    if (_held is { } held) held.Answered(frame);
                    else await GiveAsync(frame);
                }
            }
            finally
            {
                _held?.Answered(null);
            }
        }

        private async Task GiveAsync(byte[] frame)
        {
            await proxy.PassAsync();
            var correlation = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4));
            if (_swallow.TryGetValue(correlation, out var isSecond))
            {
                _swallow[correlation] = true;
                if (isSecond) return;
            }

            if (_asked.TryRemove(correlation, out _)) ReplaceAddresses(frame);
            await SendAsync(client, frame);
        }

        /// <summary>
        /// An address in an answer is the host's text and the port as four bytes, one after the other: <c>"127.0.0.1"
        /// 0000 6202</c>.
        /// </summary>
        private void ReplaceAddresses(byte[] frame)
        {
            var host = "127.0.0.1"u8;
            for (var at = 8; at + host.Length + 4 <= frame.Length; at++)
            {
                var port = frame.AsSpan(at + host.Length, 4);
                if (frame.AsSpan(at, host.Length).SequenceEqual(host)
                    && proxy.Ports.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(port), out var ours))
                    BinaryPrimitives.WriteInt32BigEndian(port, ours);
            }
        }

        /// <summary>Length and body; none when the sender is through.</summary>
        private static async Task<byte[]?> ReadFrameAsync(Socket from)
        {
            var length = new byte[4];
            if (!await ReadAsync(from, length)) return null;
            var frame = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(length)];
            length.CopyTo(frame, 0);
            return await ReadAsync(from, frame.AsMemory(4)) ? frame : null;
        }

        private static async Task<bool> ReadAsync(Socket from, Memory<byte> into)
        {
            while (into.Length > 0)
            {
                var got = await from.ReceiveAsync(into);
                if (got == 0) return false;
                into = into[got..];
            }

            return true;
        }

        private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> frame)
        {
            while (frame.Length > 0) frame = frame[await to.SendAsync(frame)..];
        }
    }

    /// <summary>A request that waits on its own way to the broker.</summary>
    internal sealed class HeldRequest(Socket broker, byte[] frame) : IDisposable
    {
        private readonly TaskCompletionSource<byte[]?> _answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets it arrive, and waits until the broker has answered or hung up.</summary>
        /// <returns>Kafka's error code; none when the broker hung up.</returns>
        public async Task<short?> ArriveAsync()
        {
            using (broker)
            {
                try
                {
                    await broker.SendAsync(frame);
                    var answer = await _answer.Task.WaitAsync(Deadline.Usual);
                    // length, correlation id, throttle time, error
                    return answer is null ? null : BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(12));
                }
                catch (SocketException)
                {
                    return null;
                }
            }
        }

        public void Answered(byte[]? answer) => _answer.TrySetResult(answer);

        public void Dispose() => broker.Dispose();
    }
}
