namespace FuturesEos.Contracts;

/// <summary>A topic as the application needs it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many; another number is an error, since a symbol would change its partition.</param>
/// <param name="Settings">Settings of the topic by Kafka's names; what is not here is the broker's default.</param>
public sealed record TopicDeclaration(string Name, int Partitions, IReadOnlyDictionary<string, string> Settings);
