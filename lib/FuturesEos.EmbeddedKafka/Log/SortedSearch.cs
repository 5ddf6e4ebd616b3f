namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>Binary search where a condition holds for a first part of a list and for nothing after it.</summary>
internal static class SortedSearch
{
    /// <summary>Index of the last item the condition holds for; -1 when it holds for none.</summary>
    public static int FindLastBefore<T>(this List<T> items, Func<T, bool> holds)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(items[middle]))
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }
}
