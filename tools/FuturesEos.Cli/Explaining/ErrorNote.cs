namespace FuturesEos.Cli.Explaining;

/// <summary>An error and what it means here.</summary>
/// <param name="Code">Kafka's name, or PostgreSQL's SQLSTATE.</param>
/// <param name="Number">Kafka's number; null for PostgreSQL.</param>
/// <param name="Name">The name by which logs print it.</param>
/// <param name="Meaning">What happened.</param>
/// <param name="Class">retry, abort and rewind, new producer and rewind, or stop.</param>
/// <param name="Reaction">What this product does about it.</param>
internal sealed record ErrorNote(string Code, int? Number, string Name, string Meaning, string Class, string Reaction);
