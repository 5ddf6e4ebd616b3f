namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>A structure with optional fields after the fixed ones (KIP-482); tags count from 0 without gaps.</summary>
public interface ITaggedFields : IProtocolStruct
{
    /// <summary>How many tags are known.</summary>
    int TagCount { get; }

    /// <summary>Whether the field differs from its default and is therefore written.</summary>
    bool HasTag(int tag);

    /// <summary>Passes the one field of this tag to the codec.</summary>
    void VisitTag(ProtocolCodec codec, int tag);
}
