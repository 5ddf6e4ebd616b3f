using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.Tests.KafkaProtocol;

/// <summary>All messages, found by their types, so that a new one is tested the day it is added.</summary>
internal static class MessageCatalog
{
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(FetchRequest).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(FetchRequest).Namespace
                && !t.IsNested && t.IsAssignableTo(typeof(IProtocolStruct)))
            .OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    public static Api ApiOf(Type message)
    {
        var request = message.Name.EndsWith("Request", StringComparison.Ordinal)
            ? message
            : All.Single(t => t.Name == message.Name.Replace("Response", "Request"));
        return (Api)request.GetProperty("Api")!.GetValue(null)!;
    }

    public static IProtocolStruct New(Type message) => (IProtocolStruct)Activator.CreateInstance(message)!;

    public static byte[] Write(IProtocolStruct message, short version, bool isFlexible)
    {
        using var writer = new ProtocolWriter(version, isFlexible);
        writer.Struct(message);
        return writer.ToArray();
    }

    public static IProtocolStruct Read(Type type, ReadOnlyMemory<byte> bytes, short version, bool isFlexible)
    {
        var message = New(type);
        var reader = new ProtocolReader(bytes, version, isFlexible);
        reader.Struct(message);
        reader.ExpectEnd();
        return message;
    }
}
