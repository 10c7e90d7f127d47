using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Fuzz.Wire;

/// <summary>Damaged inputs against whatever we look for inside an Opaque; the same outcomes as for messages.</summary>
public sealed class ContentFuzz
{
    private const int Inputs = 100_000;

    [Fact]
    public void DamagedContentIsAValueOrAnError()
    {
        var golden = ContentForms.All.SelectMany(static form => VectorFile.Load(form.Type).Select(form.PartOf)).ToList();
        var mutator = new Mutator(seed: 1533);
        var values = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var form = ContentForms.All[mutator.Next(ContentForms.All.Count)];
            var input = mutator.Damage(golden);
            MessageLaws.WhateverReadsIsBoundedAndComesBack(form, input);
            if (form.Parse(input) is null)
                values++;
        }

        // A fuzzer whose inputs are all refused at the first field tests nothing.
        Assert.True(values > Inputs / 100, $"only {values} of {Inputs} inputs parsed");
    }
}
