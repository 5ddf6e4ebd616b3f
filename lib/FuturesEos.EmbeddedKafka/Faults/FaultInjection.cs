using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Faults;

/// <summary>Does to a request what its fault says.</summary>
internal sealed class FaultInjection(TimeProvider time)
{
    /// <summary>Carries the request out (or not) with <paramref name="carryOut"/>.</summary>
    /// <exception cref="ProtocolException">The connection is to be closed.</exception>
    public async ValueTask<Reply> ApplyAsync(
        Fault fault,
        ReadOnlyMemory<byte> frame,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Reply>> carryOut,
        CancellationToken closing)
    {
        switch (fault.Kind)
        {
            case FaultKind.Delay:
                var late = await carryOut(frame, closing);
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Milliseconds), time, closing);
                return late;
            case FaultKind.Double:
                var copy = frame.ToArray();
                (await carryOut(frame, closing)).Dispose();
                return await carryOut(copy, closing);
            case FaultKind.Drop:
                (await carryOut(frame, closing)).Dispose();
                break;
            case FaultKind.Late:
                _ = CarryOutLateAsync(fault, frame.ToArray(), carryOut);
                break;
        }

        throw new ProtocolException($"planned fault: {fault}");
    }

    // Nobody waits for it: the client is gone, and a broker that stops meanwhile never received it.
    private async Task CarryOutLateAsync(
        Fault fault, byte[] frame, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Reply>> carryOut)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.Milliseconds), time);
            (await carryOut(frame, CancellationToken.None)).Dispose();
        }
        catch (Exception refused) when (refused is ProtocolException or IOException or ObjectDisposedException)
        {
        }
    }
}
