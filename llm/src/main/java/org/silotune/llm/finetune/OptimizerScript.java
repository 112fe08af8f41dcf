package org.silotune.llm.finetune;

/**
 * What happens between the backward pass and the next step, as TorchScript text, in the order of
 * operations of PyTorch's single-tensor code: p parameters, g gradients, all lists in one order.
 *
 * <p>Sources: {@code torch/optim/adamw.py}, {@code torch/optim/sgd.py}, {@code
 * torch/nn/utils/clip_grad.py}.
 */
final class OptimizerScript {

  private OptimizerScript() {}

  static final String TEXT =
      """
        def loss_and_norm(self, loss: Tensor, g: List[Tensor]) -> Tensor:
          norms = annotate(List[Tensor], [])
          for i in range(torch.len(g)):
            _0 = torch.append(norms, torch.linalg_vector_norm(g[i], 2.))
          norm = torch.linalg_vector_norm(torch.stack(norms), 2.)
          return torch.stack([loss, torch.to(norm, 7)])

        def add_losses(self, total: Tensor, losses: List[Tensor]) -> NoneType:
          sum = torch.zeros_like(total)
          for i in range(torch.len(losses)):
            _0 = torch.add_(sum, torch.detach(losses[i]), alpha=1)
          _1 = torch.add_(total, sum, alpha=1)
          return None

        def scale(self, g: List[Tensor], factor: float) -> NoneType:
          for i in range(torch.len(g)):
            _0 = torch.mul_(g[i], factor)
          return None

        def zero(self, g: List[Tensor]) -> NoneType:
          for i in range(torch.len(g)):
            _0 = torch.zero_(g[i])
          return None

        def copy(self, p: List[Tensor], r: List[Tensor]) -> NoneType:
          for i in range(torch.len(p)):
            _0 = torch.copy_(p[i], r[i])
          return None

        def add(self, g: List[Tensor], t: List[Tensor], factor: float) -> NoneType:
          for i in range(torch.len(g)):
            _0 = torch.add_(g[i], t[i], alpha=factor)
          return None

        def add_difference(self, g: List[Tensor], p: List[Tensor], r: List[Tensor], factor: float) -> NoneType:
          for i in range(torch.len(g)):
            _0 = torch.add_(g[i], torch.sub(p[i], r[i], alpha=1), alpha=factor)
          return None

        def adamw(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], lr: float, beta1: float, beta2: float, eps: float, decay: float, correction1: float, correction2_sqrt: float) -> NoneType:
          for i in range(torch.len(p)):
            _0 = torch.mul_(p[i], 1. - lr * decay)
            _1 = torch.lerp_(m[i], g[i], 1. - beta1)
            _2 = torch.addcmul_(torch.mul_(v[i], beta2), g[i], g[i], value=1. - beta2)
            denominator = torch.add_(torch.div(torch.sqrt(v[i]), correction2_sqrt), eps, alpha=1)
            _3 = torch.addcdiv_(p[i], m[i], denominator, value=-(lr / correction1))
          return None

        def sgd(self, p: List[Tensor], g: List[Tensor], b: List[Tensor], lr: float, momentum: float, decay: float) -> NoneType:
          for i in range(torch.len(p)):
            d = g[i]
            if decay != 0.:
              d = torch.add(d, p[i], alpha=decay)
            if momentum != 0.:
              d = torch.add_(torch.mul_(b[i], momentum), d, alpha=1)
            _0 = torch.add_(p[i], d, alpha=-lr)
          return None
      """;
}
