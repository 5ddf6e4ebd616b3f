namespace FuturesEos.EmbeddedKafka.Faults;

/// <summary>What goes wrong with a request or its answer.</summary>
public enum FaultKind
{
    /// <summary>Carried out; the answer is held back for a time.</summary>
    Delay,

    /// <summary>
    /// Carried out; instead of the answer the connection is closed, so that the client does not know.
    /// </summary>
    Drop,

    /// <summary>Carried out twice, as if the network had doubled it; the second answer is sent.</summary>
    Double,

    /// <summary>Not carried out: the answer is an error.</summary>
    Refuse,

    /// <summary>The connection is closed at once, and the request is carried out a time later (KAFKA-17754).</summary>
    Late,
}
