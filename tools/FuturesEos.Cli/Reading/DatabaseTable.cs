using System.Globalization;
using FuturesEos.Cli.Output;
using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.Cli.Reading;

/// <summary>The rows of a query as they are printed: names and values.</summary>
internal sealed class DatabaseTable
{
    private DatabaseTable(string[] columns, List<object?[]> rows) => (Columns, Rows) = (columns, rows);

    /// <summary>Names of the columns.</summary>
    public string[] Columns { get; }

    /// <summary>Values; null for NULL.</summary>
    public List<object?[]> Rows { get; }

    /// <summary>Asks.</summary>
    /// <exception cref="ExpectedFailure">The table is missing.</exception>
    public static async Task<DatabaseTable> QueryAsync(
        string postgres, string sql, long limit, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = limit } } };
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
            var rows = new List<object?[]>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add([.. Enumerable.Range(0, columns.Length)
                    .Select(i => Value(reader, i))]);
            return new DatabaseTable(columns, rows);
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw ExpectedFailure.Unreachable(
                $"the database {connection.Database} at {connection.Host}:{connection.Port} lacks the pipeline's "
                    + "tables; make them with 'eos migrate'", e);
        }
    }

    /// <summary>Prints: a table, or one JSON object under a name.</summary>
    public void Print(string name, bool asJson)
    {
        if (asJson)
        {
            var rows = Rows.ConvertAll(row => Columns.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second));
            Json.Print(new Dictionary<string, object> { [name] = rows });
            return;
        }

        var table = Screen.Table([.. Columns.Select(column => column.ToUpperInvariant())]);
        foreach (var row in Rows) table.Row([.. row.Select(Text)]);
        Screen.Write(table);
    }

    // a time beyond the year 9999, a number of more digits than a decimal: rows from before the tables refused them
    private static object? Value(NpgsqlDataReader row, int column)
    {
        try
        {
            return row.IsDBNull(column) ? null : row.GetValue(column);
        }
        catch (Exception beyond) when (beyond is InvalidCastException or OverflowException)
        {
            return "out of range";
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "-",
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
