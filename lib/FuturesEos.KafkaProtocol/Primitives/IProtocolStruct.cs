namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>A message or a part of one that is described field by field.</summary>
public interface IProtocolStruct
{
    /// <summary>Passes every field to the codec, in the order of the wire.</summary>
    void Visit(ProtocolCodec codec);
}
