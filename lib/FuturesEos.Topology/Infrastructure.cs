namespace FuturesEos.Topology;

/// <summary>Where Kafka and PostgreSQL run.</summary>
public enum Infrastructure
{
    /// <summary>As processes: the embedded broker and a private PostgreSQL server. Needs no container engine.</summary>
    Embedded,

    /// <summary>In containers, as in production: Apache Kafka nodes, PostgreSQL, Kafka Connect.</summary>
    Containers,
}
