using System.Net;
using System.Net.Sockets;
using FuturesEos.KafkaProtocol;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// One connection. Requests are answered one after another in their order, as Kafka does: what a client sends ahead waits
/// in the socket, so one connection never has more than one request in work.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly Socket _socket;
    private readonly Dispatcher _dispatcher;
    private readonly FrameReader _frames;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing;
    private readonly SessionWatch _watch;
    private readonly string _clientHost;
    private string? _abortReason;

    public Session(
        Socket socket, Dispatcher dispatcher, EmbeddedKafkaOptions options, ILogger logger, CancellationToken stopping)
    {
        _socket = socket;
        _dispatcher = dispatcher;
        _logger = logger;
        _frames = new FrameReader(socket, options.MaxRequestBytes);
        _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _watch = new SessionWatch(options.TransferTimeout, options.IdleTimeout);
        Client = socket.RemoteEndPoint?.ToString() ?? "unknown";
        _clientHost = socket.RemoteEndPoint is IPEndPoint peer ? $"/{peer.Address}" : "/";
    }

    /// <summary>Address and port of the peer.</summary>
    public string Client { get; }

    public void Dispose()
    {
        _frames.Dispose();
        _socket.Dispose();
        _closing.Dispose();
    }

    /// <summary>Serves the connection until either side ends it. Whatever goes wrong here harms no other connection.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ServeAsync();
        }
        catch (Exception) when (_abortReason is not null)
        {
            _logger.ConnectionRefused(Client, _abortReason);
        }
        catch (ProtocolException malformed)
        {
            _logger.ConnectionRefused(Client, malformed.Message);
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
            Dispose();
        }
    }

    /// <summary>Called now and then: ends a connection that is idle or stuck for too long.</summary>
    public void CheckProgress(TimeSpan now)
    {
        if (_watch.Overdue(now, _frames.IsInsideFrame) is not { } reason)
            return;
        _abortReason = reason;
        _socket.Dispose();
    }

    private async Task ServeAsync()
    {
        while (await _frames.ReadAsync(_closing.Token) is { } frame)
        {
            _watch.Enter(SessionPhase.Handling);
            using var reply = await _dispatcher.DispatchAsync(frame, _clientHost, _closing.Token);
            if (reply.Frame is not null)
            {
                _watch.Enter(SessionPhase.Sending);
                await _socket.SendAsync(reply.Frame.FinishFrame(), SocketFlags.None);
            }

            _watch.Enter(SessionPhase.Receiving);
        }
    }
}
