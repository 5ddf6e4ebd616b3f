using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using FuturesEos.EmbeddedKafka.Security;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// One connection. Requests are answered one after another in their order, as Kafka does: what a client sends ahead
/// waits in the socket, so one connection never has more than one request in work.
/// </summary>
internal sealed class Session
{
    // Kafka's sasl.server.max.receive.size
    private const int StrangersFrameBytes = 512 << 10;

    // Kafka's connection.failed.authentication.delay.ms: who guesses passwords shall not be quick
    private static readonly TimeSpan RefusalDelay = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly Wire _wire;
    private readonly Dispatcher _dispatcher;
    private readonly FrameReader _frames;
    private readonly EmbeddedKafkaOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing;
    private readonly SessionWatch _watch;
    private readonly Func<bool> _leaving;
    private readonly Peer _peer;
    private string? _abortReason;
    private volatile bool _hasLeft;
    private volatile bool _isAdmitted;

    public Session(
        Socket socket,
        ListenerSecurity security,
        RequestBudget budget,
        Dispatcher dispatcher,
        EmbeddedKafkaOptions options,
        ILogger logger,
        CancellationToken stopping)
    {
        _socket = socket;
        _wire = security.WireOf(socket);
        _dispatcher = dispatcher;
        _options = options;
        _logger = logger;
        _frames = new FrameReader(_wire, budget) { MaxFrameBytes = options.MaxRequestBytes };
        _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _watch = new SessionWatch(options.TransferTimeout, options.IdleTimeout);
        _leaving = () => SocketState.HasPeerClosed(socket);
        Client = socket.RemoteEndPoint?.ToString() ?? "unknown";
        var host = socket.RemoteEndPoint is IPEndPoint peer ? Plain(peer.Address).ToString() : "";
        _peer = new Peer("/" + host, security.NewExchange());
    }

    /// <summary>Address and port of the peer.</summary>
    public string Client { get; }

    /// <summary>
    /// Serves the connection until either side ends it. Whatever goes wrong here harms no other connection.
    /// </summary>
    public async Task RunAsync()
    {
        try
        {
            await _wire.OpenAsync(_closing.Token);
            if (_peer.Sasl is null || await AuthenticateAsync(_peer.Sasl))
                await ServeAsync();
        }
        catch (Exception) when (_hasLeft)
        {
            _logger.ConnectionBroke(Client, "the client left while its request was in work");
        }
        catch (Exception) when (_abortReason is not null)
        {
            _logger.ConnectionRefused(Client, _abortReason);
        }
        catch (ProtocolException malformed)
        {
            _logger.ConnectionRefused(Client, malformed.Message);
        }
        catch (AuthenticationException failed)
        {
            _logger.ConnectionRefused(Client, $"no TLS handshake: {failed.InnerException?.Message ?? failed.Message}");
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // the broker stops
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
        {
            _logger.ConnectionBroke(Client, broken.Message);
        }
        catch (Exception unexpected)
        {
            _logger.RequestFailed(unexpected, Client);
        }
        finally
        {
            _frames.Dispose();
            _wire.Dispose();
            _closing.Dispose();
        }
    }

    /// <summary>Ends the connection from outside; whoever works on it finds out.</summary>
    public void Cut() => _socket.Dispose();

    /// <summary>
    /// Called now and then: ends a connection that is idle or stuck for too long, and one whose client has left while
    /// its request waits.
    /// </summary>
    public void CheckProgress(TimeSpan now)
    {
        if (_watch.IsAbandoned(_frames.IsWaiting, _leaving))
        {
            Abandon();
            return;
        }

        if (_frames.IsWaiting)
        {
            _watch.StartAnew();
            return;
        }

        if (_watch.Overdue(now, _isAdmitted, _frames.IsInsideFrame) is not { } reason)
            return;
        _abortReason = reason;
        Cut();
    }

    // A request that waits (for records, for a generation) reads nothing from its socket, so nothing tells it.
    private void Abandon()
    {
        _hasLeft = true;
        try
        {
            _ = _closing.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // it ended just now
        }

        Cut();
    }

    // who listens on :: sees IPv4 clients as ::ffff:127.0.0.1
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // false: the client closed before it was through
    private async Task<bool> AuthenticateAsync(SaslExchange sasl)
    {
        _frames.MaxFrameBytes = Math.Min(StrangersFrameBytes, _options.MaxRequestBytes);
        while (!sasl.IsComplete)
        {
            if (await _frames.ReadAsync(_closing.Token) is not { } frame)
                return false;
            if (sasl.IsBare)
            {
                await SendBareAsync(sasl.Answer(frame.Span));
                continue;
            }

            sasl.Admit(RequestHeader.Read(frame.Span, out _));
            using var reply = await _dispatcher.DispatchAsync(frame, _peer, _closing.Token);
            if (sasl.Refusal is not null)
                await Task.Delay(RefusalDelay, _options.Time, _closing.Token);
            await _wire.SendAsync(reply.Frame!.FinishFrame());
            if (sasl.Refusal is null)
                continue;
            await _wire.EndAsync();
            throw new ProtocolException(sasl.Refusal);
        }

        _frames.MaxFrameBytes = _options.MaxRequestBytes;
        return true;
    }

    private async Task SendBareAsync(ReadOnlyMemory<byte> token)
    {
        using var writer = new ProtocolWriter(version: 0, isFlexible: false);
        writer.Bytes(ref token); // its length comes before it, as before a frame
        await _wire.SendAsync(writer.Pieces());
    }

    private async Task ServeAsync()
    {
        _isAdmitted = true;
        while (await _frames.ReadAsync(_closing.Token) is { } frame)
        {
            _watch.Enter(SessionPhase.Handling);
            using var reply = await _dispatcher.DispatchAsync(frame, _peer, _closing.Token);
            if (reply.Frame is not null)
            {
                _watch.Enter(SessionPhase.Sending);
                await _wire.SendAsync(reply.Frame.FinishFrame());
            }

            _watch.Enter(SessionPhase.Receiving);
        }
    }
}
