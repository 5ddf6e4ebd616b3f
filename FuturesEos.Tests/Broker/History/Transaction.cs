namespace FuturesEos.Tests.Broker.History;

/// <summary>One transaction, or a record outside of any, which is one of its own.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Sent">What was sent in it.</param>
/// <param name="Decided">
/// When its producer asked for its commit: nobody may have read it before. 0 for a record outside of any.
/// </param>
internal sealed record Transaction(string Id, Outcome Outcome, IReadOnlyList<Sent> Sent, long Decided = 0);
