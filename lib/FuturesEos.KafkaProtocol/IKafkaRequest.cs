using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol;

/// <summary>A request and, by its type argument, the answer that belongs to it.</summary>
public interface IKafkaRequest<TResponse> : IProtocolStruct
    where TResponse : IProtocolStruct, new()
{
    static abstract Api Api { get; }
}
