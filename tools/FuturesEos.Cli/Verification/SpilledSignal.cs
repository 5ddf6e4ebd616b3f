using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification;

/// <summary>A valid signal on its way to the check of its symbol.</summary>
/// <param name="Signal">The signal, without its sender's id: that is in its identity.</param>
/// <param name="Id">Its identity.</param>
/// <param name="Partition">The task.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="RecordTimestampMs">Its record's timestamp.</param>
/// <param name="HasDeadLetter">Whether a dead letter names it.</param>
internal readonly record struct SpilledSignal(
    Signal Signal, Guid Id, int Partition, long Offset, long RecordTimestampMs, bool HasDeadLetter)
{
    public static void Write(BinaryWriter to, SpilledSignal signal)
    {
        to.Write(signal.Signal.Symbol);
        to.Write((byte)signal.Signal.Side);
        to.Write(signal.Signal.Qty);
        to.Write(signal.Signal.Price);
        to.Write((byte)signal.Signal.Timeframe);
        to.Write(signal.Signal.Ts);
        to.Write(signal.Id);
        to.Write7BitEncodedInt(signal.Partition);
        to.Write7BitEncodedInt64(signal.Offset);
        to.Write(signal.RecordTimestampMs);
        to.Write(signal.HasDeadLetter);
    }

    public static SpilledSignal Read(BinaryReader from)
    {
        var signal = new Signal(
            null, from.ReadString(), (Side)from.ReadByte(),
            from.ReadDecimal(), from.ReadDecimal(), (Timeframe)from.ReadByte(), from.ReadInt64());
        return new SpilledSignal(
            signal, from.ReadGuid(),
            from.Read7BitEncodedInt(), from.Read7BitEncodedInt64(), from.ReadInt64(), from.ReadBoolean());
    }
}
