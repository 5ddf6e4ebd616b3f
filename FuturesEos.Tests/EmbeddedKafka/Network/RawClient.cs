using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

/// <summary>A socket to a broker, for bytes that no client library would send.</summary>
internal sealed class RawClient : IDisposable
{
    private RawClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static async Task<RawClient> ConnectAsync(string bootstrapServers)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(bootstrapServers));
        return new RawClient(socket);
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>A whole frame: length, header, message.</summary>
    public static byte[] Frame<TResponse>(IKafkaRequest<TResponse> request, Api api, short version, int correlationId)
        where TResponse : IProtocolStruct, new()
    {
        using var writer = new ProtocolWriter(version, api.IsFlexible(version));
        writer.StartFrame();
        new RequestHeader(api.Key, version, correlationId, "raw").Write(writer);
        writer.Struct(request);
        writer.FinishFrame();
        return writer.ToArray();
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await Socket.SendAsync(bytes);

    /// <summary>The next answer without its length.</summary>
    public async Task<byte[]> ReceiveAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Deadline.Usual);
        var length = BinaryPrimitives.ReadInt32BigEndian(await ReceiveAsync(4, deadline.Token));
        return await ReceiveAsync(length, deadline.Token);
    }

    /// <summary>Whether the broker ends the connection in time, whatever it sends before.</summary>
    public async Task<bool> IsClosedAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Usual);
        var buffer = new byte[4096];
        try
        {
            while (await Socket.ReceiveAsync(buffer, deadline.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<byte[]> ReceiveAsync(int length, CancellationToken deadline)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var read = await Socket.ReceiveAsync(bytes.AsMemory(at), deadline);
            if (read == 0)
                throw new EndOfStreamException();
            at += read;
        }

        return bytes;
    }
}
