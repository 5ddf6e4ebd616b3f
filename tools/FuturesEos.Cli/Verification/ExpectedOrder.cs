using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>An order that a committed decision gives.</summary>
/// <param name="Order">The order.</param>
/// <param name="Partition">Where the decision lies.</param>
/// <param name="Offset">Where it lies there.</param>
/// <param name="IsTaken">Whether the order manager's offsets say that it was taken.</param>
/// <param name="HadTime">Whether the order manager had the time to take it.</param>
internal readonly record struct ExpectedOrder(Order Order, int Partition, long Offset, bool IsTaken, bool HadTime)
{
    public static void Write(BinaryWriter to, ExpectedOrder expected)
    {
        var order = expected.Order;
        to.Write(order.Id);
        to.Write(order.DecisionId);
        to.Write(order.SignalId);
        to.Write(order.Symbol);
        to.Write((byte)order.Side);
        to.Write(order.Price);
        to.Write(order.Qty);
        to.Write(order.CreatedAt);
        to.Write7BitEncodedInt(expected.Partition);
        to.Write7BitEncodedInt64(expected.Offset);
        to.Write(expected.IsTaken);
        to.Write(expected.HadTime);
    }

    public static ExpectedOrder Read(BinaryReader from)
    {
        var order = new Order(
            from.ReadGuid(), from.ReadGuid(),
            from.ReadGuid(), from.ReadString(), (Side)from.ReadByte(), from.ReadDecimal(), from.ReadDecimal(),
            from.ReadInt64());
        return new ExpectedOrder(
            order, from.Read7BitEncodedInt(), from.Read7BitEncodedInt64(), from.ReadBoolean(), from.ReadBoolean());
    }
}
